"""Rows as statements: what each cell of the survey says; the line in the test's id (2024-10-15 unless it says 2023)."""

from __future__ import annotations

import pytest

from itgraph.records import Cell, Link, Mention, Quantity, Reading, Row, Span, Statement, Table
from itgraph.survey.layouts import layouts_of, shipped_layouts
from itgraph.survey.reading import read_table, split_alternatives


def make_table(layout: str, columns: tuple[str, ...], *rows: tuple[Cell | str | None, ...]) -> Table:
    return Table(
        id=layout or "table",
        layout=layout,
        heading="",
        columns=columns,
        rows=tuple(
            Row(
                number=number,
                span=Span(start=number, end=number),
                cells=tuple(Cell(text=cell) if isinstance(cell, str) else cell for cell in row),
            )
            for number, row in enumerate(rows, 1)
        ),
    )


def read_dataset(column: str, text: str | Cell) -> Reading:
    (reading,) = read_table(make_table("datasets", ("Dataset Name", column), ("X", text)))
    return reading


def said(reading: Reading) -> list[tuple[str, object]]:
    return [(statement.property, statement.value) for statement in reading.statements]


def codes(reading: Reading) -> list[str]:
    return [issue.code for issue in reading.issues]


def model(name: str, *citations: int) -> Mention:
    return Mention(kind="model", name=name, citations=citations)


@pytest.mark.parametrize(
    ("text", "teachers"),
    [
        pytest.param("InstructGPT-generated", ["InstructGPT"], id="L221"),
        pytest.param("GPT-4-Generated", ["GPT-4"], id="L257"),
        pytest.param("GPT 3/4-Generated", ["GPT 3", "GPT 4"], id="L293-versions"),
        pytest.param("GPT 3.5/4-Generated", ["GPT 3.5", "GPT 4"], id="L311-versions"),
        pytest.param("GPT (Unknonwn Version)-Generated", ["GPT (Unknonwn Version)"], id="L302-misspelt"),
        pytest.param("LLaMa 2-Generated", ["LLaMa 2"], id="L338"),
        pytest.param("LLaMa-Generated", ["LLaMa"], id="L402"),
        pytest.param("Zephyr-Generated", ["Zephyr"], id="L411"),
        pytest.param("ChatGPT (No technique reports)", ["ChatGPT"], id="L212"),
        pytest.param("Real User-ChatGPT Conversations", ["ChatGPT"], id="L275"),
        pytest.param("human-crafted", [], id="L93"),
        pytest.param("user-shared", [], id="2023-L273"),
        pytest.param("model-generated", [], id="2023-L192"),
        pytest.param("human-model-mixed", [], id="2023-L81"),
    ],
)
def test_construction(text: str, teachers: list[str]) -> None:
    reading = read_dataset("Construction", text)
    assert said(reading) == [("construction", text), *(("generated-by", model(teacher)) for teacher in teachers)]
    assert codes(reading) == []


def test_a_construction_that_nobody_declared_is_kept_and_reported() -> None:
    reading = read_dataset("Construction", "by magic")
    assert said(reading) == [("construction", "by magic")]
    assert codes(reading) == ["undeclared-value"]


def at_least(text: str, number: int) -> Quantity:
    return Quantity(text=text, precision="AtLeast", unit="languages", minimum=number)


def exactly(text: str, number: int, unit: str) -> Quantity:
    return Quantity(text=text, precision="Exact", unit=unit, values=(number,))


@pytest.mark.parametrize(
    ("text", "expected", "issues"),
    [
        pytest.param("En", [("language", "en")], [], id="L93"),
        pytest.param("En&Zh", [("language", "en"), ("language", "zh"), ("multilingual", True)], [], id="L265"),
        pytest.param("Multi", [("languages", at_least("Multi", 2)), ("multilingual", True)], [], id="L165"),
        pytest.param(
            "55 Lang", [("languages", exactly("55 Lang", 55, "languages")), ("multilingual", True)], [], id="L120"
        ),
        pytest.param("1 Lang", [("languages", exactly("1 Lang", 1, "languages"))], [], id="one-is-not-many"),
        pytest.param("En&En", [("language", "en"), ("language", "en")], [], id="one-language-twice"),
        pytest.param("Code", [("domain", "Code")], ["non-language-value"], id="L337"),
        pytest.param("Code Q and A", [("domain", "Code")], ["non-language-value"], id="L364"),
        pytest.param("Klingon", [], ["non-language-value"], id="unknown"),
        pytest.param("-", [], [], id="L156-nothing"),
    ],
)
def test_languages(text: str, expected: list[tuple[str, object]], issues: list[str]) -> None:
    reading = read_dataset("# of Lang", text)
    assert said(reading) == expected
    assert codes(reading) == issues


@pytest.mark.parametrize(
    ("text", "expected", "issues"),
    [
        pytest.param("Image-Text", ["Image", "Text"], [], id="L673"),
        pytest.param("Point Cloud-Text", ["Point Cloud", "Text"], [], id="L694"),
        pytest.param("Image-Text-Video-Audio", ["Image", "Text", "Video", "Audio"], [], id="L782"),
        pytest.param("text-text", ["Text"], [], id="twice-and-small"),
        pytest.param("Multi-Pairs", [], ["non-entity-value"], id="L702"),
    ],
)
def test_modalities(text: str, expected: list[str], issues: list[str]) -> None:
    (reading,) = read_table(make_table("multimodal-datasets", ("Dataset Name", "Modality Pair"), ("X", text)))
    assert said(reading) == [("modality", value) for value in expected]
    assert codes(reading) == issues


@pytest.mark.parametrize(
    ("column", "text", "expected", "issues"),
    [
        pytest.param("Open Source", "Yes", [("open-source", True)], [], id="L95"),
        pytest.param("Open Source", "no", [("open-source", False)], [], id="L167-small"),
        pytest.param("Open Source", "-", [], [], id="nothing"),
        pytest.param("Open Source", "Perhaps", [], ["undeclared-value"], id="neither"),
        pytest.param("Type", "Human-Crafted", [("category", "Human-Crafted")], [], id="L88"),
        pytest.param("# of Instructions", "-", [], [], id="L155"),
        pytest.param("# of Tasks", "2", [("tasks", exactly("2", 2, "tasks"))], [], id="2023-L220"),
        pytest.param(
            "# of Instructions",
            "6B Tokens",
            [("instructions", exactly("6B Tokens", 6 * 10**9, "tokens"))],
            ["unit-mismatch"],
            id="L363",
        ),
        pytest.param(
            "# of Instructions",
            "1.1 Tokens",
            [("instructions", Quantity(text="1.1 Tokens", precision="Unreadable", unit="tokens"))],
            ["unreadable-quantity", "unit-mismatch"],
            id="L525",
        ),
    ],
)
def test_other_columns(column: str, text: str, expected: list[tuple[str, object]], issues: list[str]) -> None:
    reading = read_dataset(column, text)
    assert said(reading) == expected
    assert codes(reading) == issues


@pytest.mark.parametrize(
    ("column", "href", "expected", "issues"),
    [
        pytest.param("Paper", "https://arxiv.org/abs/2005.00700", "paper-link", [], id="L90"),
        pytest.param("Project", "https://openai.com/blog/chatgpt", "project", [], id="blog-as-a-project"),
        pytest.param("Paper", "https://openai.com/blog/chatgpt", "paper-link", ["paper-link-not-a-paper"], id="L189"),
        pytest.param("Paper", "https://www.example.com/project1", "", ["placeholder-url"], id="2023-L342"),
        pytest.param("Paper", "", "", ["empty-href"], id="2023-L735"),
        pytest.param("Project", "LLaMA", "", ["non-url-href"], id="L531"),
        pytest.param("Paper", "https://arxiv.org/abs/2305.11206 ｜  -", "paper-link", ["url-trailing-junk"], id="L530"),
    ],
)
def test_links(column: str, href: str, expected: str, issues: list[str]) -> None:
    reading = read_dataset(column, Cell(text="paper", links=(Link(text="paper", href=href),)))
    assert said(reading) == ([(expected, href.split(" ", maxsplit=1)[0])] if expected else [])
    assert codes(reading) == issues


def test_words_where_a_link_was_expected() -> None:
    assert codes(read_dataset("Paper", "soon")) == ["no-link"]
    assert codes(read_dataset("Paper", "-")) == []


@pytest.mark.parametrize(
    ("text", "name", "aliases", "issues"),
    [
        pytest.param("UnifiedQA [1]", "UnifiedQA", (), [], id="L89"),
        pytest.param("GLM[41]", "GLM", (), [], id="L522-no-space"),
        pytest.param(
            "Massive Multitask Language Understanding (MMLU) [85]",
            "Massive Multitask Language Understanding (MMLU)",
            ("MMLU", "Massive Multitask Language Understanding"),
            [],
            id="L983-acronym",
        ),
        pytest.param(
            "Evol-Instruct / WizardLM [16]", "Evol-Instruct", ("WizardLM",), ["two-names-in-cell"], id="L234-two-names"
        ),
        pytest.param("GPT-3/4", "GPT-3/4", (), [], id="slash-without-blanks"),
        pytest.param("OIG\\tnotex{id:2}", "OIG", (), ["latex-escape"], id="rest-of-latex"),
    ],
)
def test_names(text: str, name: str, aliases: tuple[str, ...], issues: list[str]) -> None:
    (reading,) = read_table(make_table("datasets", ("Dataset Name",), (Cell(text=text, citations=(1,)),)))
    assert reading.about == Mention(kind="dataset", name=name, citations=(1,), aliases=aliases)
    assert codes(reading) == issues


@pytest.mark.parametrize(
    ("text", "names", "issues"),
    [
        pytest.param("xP3", ["xP3"], [], id="L454"),
        pytest.param("Mixed", [], ["non-entity-value"], id="L603"),
        pytest.param("-", [], [], id="L444"),
        pytest.param("A, B", ["A", "B"], ["two-names-in-cell"], id="several"),
    ],
)
def test_training_sets(text: str, names: list[str], issues: list[str]) -> None:
    (reading,) = read_table(make_table("models", ("Model Name", "Trainset"), ("X", text)))
    assert said(reading) == [("trained-on", Mention(kind="dataset", name=name)) for name in names]
    assert codes(reading) == issues


COLUMNS = ("Model Name", "# Params", "Modality", "Base Model / Model Name", "Base Model / # Params")


def test_a_thing_that_spans_rows() -> None:
    """L758 to L776: what is said of the whole stands in the first row, base models each in their own."""
    name, size, modality = (Cell(text=text, continued=True) for text in ("LLaVA [61]", "13B", "Image-Text"))
    readings = read_table(
        make_table(
            "multimodal-models",
            COLUMNS,
            (
                Cell(text="LLaVA [61]", citations=(61,)),
                "13B",
                "Image-Text",
                Cell(text="CLIP [63]", citations=(63,)),
                "400M",
            ),
            (name, size, modality, Cell(text="LLaMA [39]", citations=(39,)), "7B"),
            (name, size, modality, Cell(text="LLaMA [39]", citations=(39,)), "7B"),
            ("Otter", "-", "Image-Text", "LLaMA", "7B"),
        )
    )
    assert [reading.begins for reading in readings] == [True, False, False, True]
    llava = Mention(kind="model", name="LLaVA", citations=(61,))
    assert [reading.about for reading in readings[:3]] == [llava] * 3
    seven = exactly("7B", 7 * 10**9, "parameters")
    base = Statement(subject=llava, property="base-model", value=model("LLaMA", 39), quantity=seven)
    assert readings[1].statements == readings[2].statements == (base,)
    assert [statement.property for statement in readings[0].statements] == [
        "parameters",
        "modality",
        "modality",
        "base-model",
    ]
    assert readings[0].statements[-1].quantity == exactly("400M", 400 * 10**6, "parameters")
    # The second LLaMA 7B is one too many; that of the next thing is not.
    assert [codes(reading) for reading in readings] == [[], [], ["duplicate-base-row"], []]


def test_a_cell_that_spans_things_is_said_of_each() -> None:
    """L843 to L867: one domain for three models."""
    readings = read_table(
        make_table(
            "domain-models",
            ("Domain", "Model Name"),
            ("Medical", "Radiology-GPT"),
            (Cell(text="Medical", continued=True), "ChatDoctor"),
        )
    )
    assert [said(reading) for reading in readings] == [[("domain", "Medical")]] * 2


def test_a_row_without_a_name_says_nothing() -> None:
    """L359 of 2023-09-05 is blank but for two links."""
    link = Cell(text="paper", links=(Link(text="paper", href="https://www.example.com/project1"),))
    blank, unnamed, none = read_table(
        make_table("models", ("Model Name", "Paper"), ("", link), ("-", "words"), (None, "words"))
    )
    assert (blank.about, blank.statements, codes(blank)) == (None, (), ["placeholder-url"])
    assert (unnamed.about, unnamed.statements, codes(unnamed)) == (None, (), ["missing-name"])
    assert (none.about, none.statements, codes(none)) == (None, (), ["missing-name"])


def test_an_undeclared_table_says_nothing() -> None:
    bad = Cell(text="x", links=(Link(text="x", href=""),))
    (reading,) = read_table(make_table("", ("a", "b"), ("X", bad)))
    assert (reading.about, reading.statements, codes(reading)) == (None, (), ["empty-href"])


def test_a_benchmark_has_its_type() -> None:
    (reading,) = read_table(make_table("gpt-based-evaluations", ("GPT-Based Evaluations",), ("AlpacaEval",)))
    assert reading.about == Mention(kind="benchmark", name="AlpacaEval")
    assert said(reading) == [("evaluation-type", "GPT-based")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("GPT 3.5/4", ["GPT 3.5", "GPT 4"], id="L311"),
        pytest.param("GPT 3/4", ["GPT 3", "GPT 4"], id="L293"),
        pytest.param("GPT-3.5/GPT-4", ["GPT-3.5", "GPT-4"], id="both-in-full"),
        pytest.param("GPT 3/3.5/4", ["GPT 3", "GPT 3.5", "GPT 4"], id="three"),
        pytest.param("LLaMA/4", ["LLaMA", "4"], id="no-version-before"),
        pytest.param("ChatGPT", ["ChatGPT"], id="one"),
        pytest.param("a//b/", ["a", "b"], id="empty-parts"),
    ],
)
def test_alternatives(text: str, names: list[str]) -> None:
    assert split_alternatives(text) == names


# -- other surveys -----------------------------------------------------------------------------------------------------


def statements_of(table: Table) -> list[tuple[str, str, str, object]]:
    values: list[tuple[str, str, str, object]] = []
    for reading in read_table(table):
        for statement in reading.statements:
            value = statement.value
            shown = value.name if isinstance(value, Mention) else value.text if isinstance(value, Quantity) else value
            values.append((statement.subject.kind, statement.subject.name, str(statement.property), shown))
    return values


def test_bases_and_names_of_one_number_belong_together_in_turn() -> None:
    table = make_table("models", ("Model_name", "Base"), ("BLOOMZ, mT0", "BLOOM, mT5"))
    assert statements_of(table) == [("model", "BLOOMZ", "base-model", "BLOOM"), ("model", "mT0", "base-model", "mT5")]
    (reading,) = read_table(table)
    assert [mention.name for mention in reading.also] == ["mT0"]
    assert codes(reading) == ["two-names-in-cell", "two-names-in-cell"]


def test_else_each_name_has_all_bases() -> None:
    assert statements_of(make_table("models", ("Model_name", "Base"), ("T0, T0+", "T5-LM"))) == [
        ("model", "T0", "base-model", "T5-LM"),
        ("model", "T0+", "base-model", "T5-LM"),
    ]
    assert statements_of(make_table("models", ("Model_name", "Base"), ("Tk-Instruct", "T5-LM, mT5"))) == [
        ("model", "Tk-Instruct", "base-model", "T5-LM"),
        ("model", "Tk-Instruct", "base-model", "mT5"),
    ]


def test_a_space_parts_bases_where_the_table_shows_it() -> None:
    columns = ("Model_name", "Base", "Model_Size")
    assert ("model", "Luotuo", "base-model", "ChatGLM") in statements_of(
        make_table("models", columns, ("Luotuo", "LLaMA ChatGLM", "7B 6B"))
    )
    assert ("model", "SD", "base-model", "Stable Diffusion") in statements_of(
        make_table("models", columns, ("SD", "Stable Diffusion", "1B 2B"))
    )


def test_a_model_is_not_its_own_base() -> None:
    table = make_table("models", ("Model_name", "Base"), ("dolly", "Dolly"))
    (reading,) = read_table(table)
    assert reading.statements == ()
    assert codes(reading) == ["base-is-itself"]


def test_links_of_names_lead_to_what_they_name() -> None:
    data = Cell(
        text="alpaca_data、pCLUE、Self-Instruct",
        links=(Link(text="alpaca_data", href="https://a.org/d"), Link(text="pCLUE", href="https://a.org/p")),
    )
    name = Cell(
        text="Herd [paper]",
        links=(
            Link(text="Herd", href="https://github.com/a/h"),
            Link(text="paper", href="https://arxiv.org/abs/2301.1"),
        ),
    )
    assert statements_of(make_table("models", ("Model_name", "Base", "Datasets"), (name, "LLaMA", data))) == [
        ("model", "Herd", "project", "https://github.com/a/h"),
        ("model", "Herd", "paper-link", "https://arxiv.org/abs/2301.1"),
        ("model", "Herd", "base-model", "LLaMA"),
        ("model", "Herd", "trained-on", "alpaca_data"),
        ("dataset", "alpaca_data", "project", "https://a.org/d"),
        ("model", "Herd", "trained-on", "pCLUE"),
        ("dataset", "pCLUE", "project", "https://a.org/p"),
        ("model", "Herd", "trained-on", "Self-Instruct"),
    ]


@pytest.mark.parametrize(
    ("column", "text", "values", "issues"),
    [
        pytest.param("Release Date", "2023/03", [("released", "2023-03")], [], id="date"),
        pytest.param("Release Date", "soon", [], ["unreadable-date"], id="no-date"),
        pytest.param("Size (B)", "7", [("parameters", "7")], [], id="scale-of-the-header"),
        pytest.param("Size", "7", [("parameters", "7")], ["unreadable-quantity"], id="no-scale"),
        pytest.param("License", "Apache 2.0", [("license", "Apache-2.0")], [], id="licence"),
        pytest.param(
            "License", "MIT, CC BY-SA 4.0", [("license", "MIT"), ("license", "CC-BY-SA-4.0")], [], id="two-licences"
        ),
        pytest.param("License", "Custom", [], ["undeclared-value"], id="unknown-licence"),
        pytest.param("Affiliation", "CMU et al.", [("developer", "CMU")], [], id="et-al"),
        pytest.param(
            "Affiliation",
            "Microsoft&NVIDIA",
            [("developer", "Microsoft"), ("developer", "NVIDIA")],
            ["two-names-in-cell"],
            id="two-developers",
        ),
        pytest.param(
            "Language", "En Zh", [("language", "en"), ("language", "zh"), ("multilingual", True)], [], id="space"
        ),
        pytest.param(
            "语言", "中英", [("language", "zh"), ("language", "en"), ("multilingual", True)], [], id="one-word"
        ),
        pytest.param("Language", "English", [("language", "en")], [], id="language"),
        pytest.param("Context length", "2K", [], [], id="note"),
        pytest.param("Open source", "✓", [("open-source", True)], [], id="tick"),
        pytest.param("Base", "----", [], [], id="long-dash"),
    ],
)
def test_columns_of_other_surveys(column: str, text: str, values: list[tuple[str, object]], issues: list[str]) -> None:
    table = make_table("model-list", ("Model", column), ("X", text))
    assert [(property_, value) for _, _, property_, value in statements_of(table)] == values
    assert codes(read_table(table)[0]) == issues


def test_the_tasks_of_a_training_set_are_those_of_the_dataset() -> None:
    columns = ("Model", "Base", "Datasets", "Number of Tasks")
    assert ("dataset", "P3", "tasks", "62") in statements_of(make_table("models", columns, ("T0", "T5", "P3", "62")))
    (reading,) = read_table(make_table("models", columns, ("T0", "T5", "P3, xP3", "62")))
    assert "undeclared-value" in codes(reading)


def test_a_link_is_a_paper_or_a_project_as_its_address_tells() -> None:
    links = Cell(
        text="a b", links=(Link(text="a", href="https://arxiv.org/abs/2301.00001"), Link(text="b", href="https://b.ai"))
    )
    assert statements_of(make_table("model-list", ("Model", "Paper/Blog"), ("X", links))) == [
        ("model", "X", "paper-link", "https://arxiv.org/abs/2301.00001"),
        ("model", "X", "project", "https://b.ai"),
    ]


def test_a_row_of_papers() -> None:
    title = Cell(
        text="A Study of Herds.", links=(Link(text="A Study of Herds.", href="https://arxiv.org/abs/2301.00001v3"),)
    )
    code = Cell(text="Github", links=(Link(text="Github", href="https://github.com/a/b"),))
    (reading,) = read_table(
        make_table("papers", ("Title", "Venue", "Date", "Code"), (title, "arXiv", "2023-05-17", code))
    )
    assert reading.work is not None
    work = reading.work
    assert (work.reference.title, work.reference.year, work.date) == ("A Study of Herds", "2023", "2023-05-17")
    assert (work.reference.arxiv_id, work.projects) == ("2301.00001", ("https://github.com/a/b",))
    assert reading.issues == ()


def test_a_row_of_papers_that_says_nothing() -> None:
    (reading,) = read_table(make_table("papers", ("Title", "Date"), ("-", "2023")))
    assert reading.work is None
    assert codes(reading) == ["missing-title"]


@pytest.mark.parametrize(
    ("text", "statements", "reported"),
    [
        pytest.param("Chinese, code", [("language", "zh"), ("domain", "Code")], ["'code'"], id="a-domain-beside-it"),
        pytest.param("Primarily English", [("language", "en")], [], id="primarily"),
        pytest.param(
            "English, Might have a translated version",
            [("language", "en")],
            ["'Might have a translated version'"],
            id="the-rest-is-reported",
        ),
        pytest.param(
            "Multilingual (English, Spanish, etc.)",
            [
                ("language", "en"),
                ("language", "es"),
                ("languages", Quantity(text="Multilingual", precision="AtLeast", unit="languages", minimum=2)),
                ("multilingual", True),
            ],
            [],
            id="some-of-many",
        ),
        pytest.param("Klingon, prose", [], ["'Klingon, prose'"], id="none-known"),
    ],
)
def test_languages_among_other_things(text: str, statements: list[tuple[str, object]], reported: list[str]) -> None:
    reading = read_dataset("# of Lang", text)
    assert said(reading) == statements
    assert [issue.message.split(" in ")[0].split(" is ")[0] for issue in reading.issues] == reported
    assert set(codes(reading)) <= {"non-language-value"}


@pytest.mark.parametrize(
    ("figures", "values"),
    [
        pytest.param(("6.34M", "95k"), [6_340_000, 95_000], id="how-large"),
        pytest.param(("1", "2"), [None, None], id="the-number-of-the-row"),
        pytest.param(("1.", "2."), [None, None], id="with-full-stop"),
    ],
)
def test_a_column_of_numbers_counts_something_or_the_rows(figures: tuple[str, str], values: list[int | None]) -> None:
    rows = [(figure, name, "10K") for figure, name in zip(figures, ("smoltalk2", "Orca-Math"), strict=True)]
    table = make_table("dataset-list", ("#", "Dataset", "Size"), *rows)
    found = [dict(said(reading)).get("instances") for reading in read_table(table)]
    expected = [value or 10_000 for value in values]  # the first column of a role counts, if it counts things
    assert [quantity.values[0] for quantity in found if isinstance(quantity, Quantity)] == expected


def test_the_line_for_a_licence_of_many_words_is_one_that_works() -> None:
    terms = "Custom Free if you have under 700M users and you cannot use outputs to train other LLMs besides LLaMA"
    table = make_table("model-list", ("Model", "License"), ("LLaMA 2", terms))
    (reading,) = read_table(table)
    assert codes(reading) == ["undeclared-value"]
    line = reading.issues[0].message.partition("[licences]: ")[2]
    (again,) = read_table(table, layouts_of((f"[licences]\n{line}\n",)))
    assert said(again) == [("license", "custom-free-if-you-have")]


def test_a_list_of_datasets_that_came_with_something() -> None:
    columns = ("Name", "Release Date", "Paper/Blog", "Dataset", "Samples (K)")
    layout = shipped_layouts().find(columns, "Open LLM datasets for instruction-tuning")
    assert layout is not None
    link = Link(text="dolly_hhrlhf", href="https://huggingface.co/datasets/mosaicml/dolly_hhrlhf")
    row = ("MPT-7B-Instruct", "2023/05", "", Cell(text="dolly_hhrlhf", links=(link,)), "59")
    (reading,) = read_table(make_table(layout.id, columns, row))
    assert reading.about == Mention(kind="dataset", name="dolly_hhrlhf")
    assert said(reading) == [
        ("project", link.href),
        ("released", "2023-05"),
        ("instances", Quantity(text="59", precision="Exact", unit="instances", values=(59_000,))),
    ]
