"""The names of the graph: namespaces, prefixes and one constant for each term.

Plain strings, so that importing this module costs nothing. What a term means is said in
``ontology/itgraph.ttl``, and a test holds the two equal. Our own terms have no prefix in their constant
(``BASE_MODEL`` is ``itg:baseModel``), those of others have one (``PROV_PLAN`` is ``prov:Plan``). Where a
class and a property differ only in the case of a letter, the property is ``HAS_...``: ``SNAPSHOT`` is the
class, ``HAS_SNAPSHOT`` is ``itg:snapshot``. The precisions are ``PRECISION_...``, since ``itg:About`` and
``itg:about`` differ no more than that either.
"""

from __future__ import annotations

BASE = "https://w3id.org/itgraph/"
"""What every IRI of ours begins with: to move the graph, change this line and the files in ``ontology/``."""

ONTOLOGY = BASE + "ontology"
ITG = BASE + "ontology#"

# --- Namespaces ---------------------------------------------------------------------------------------------

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
CSVW = "http://www.w3.org/ns/csvw#"
BIBO = "http://purl.org/ontology/bibo/"
CITO = "http://purl.org/spar/cito/"
FAIR4ML = "https://w3id.org/fair4ml#"
# With https, as schema.org itself recommends; FAIR4ML's own file still has http.
SCHEMA = "https://schema.org/"

# In the order in which they are printed: ours, our resources, the others from the general to the special.
PREFIXES: dict[str, str] = {
    "itg": ITG,
    "itm": BASE + "model/",
    "itd": BASE + "dataset/",
    "itb": BASE + "benchmark/",
    "itt": BASE + "technique/",
    "itp": BASE + "paper/",
    "its": BASE + "person/",
    "ito": BASE + "organization/",
    "itr": BASE + "row/",
    "itrule": BASE + "rule/",
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "dcat": DCAT,
    "prov": PROV,
    "csvw": CSVW,
    "bibo": BIBO,
    "cito": CITO,
    "fair4ml": FAIR4ML,
    "schema": SCHEMA,
}

# --- Our classes --------------------------------------------------------------------------------------------

MODEL = ITG + "Model"
DATASET = ITG + "Dataset"
BENCHMARK = ITG + "Benchmark"
TECHNIQUE = ITG + "Technique"
PAPER = ITG + "Paper"
PERSON = ITG + "Person"
ORGANIZATION = ITG + "Organization"
AUTHORSHIP = ITG + "Authorship"
SNAPSHOT = ITG + "Snapshot"
ROW = ITG + "Row"
CURATED_FACT = ITG + "CuratedFact"
REVISION = ITG + "Revision"
LICENSING = ITG + "Licensing"
RULE = ITG + "Rule"
ISSUE = ITG + "Issue"
PRECISION = ITG + "Precision"

# --- Lineage ------------------------------------------------------------------------------------------------

UPSTREAM = ITG + "upstream"
BASE_MODEL = ITG + "baseModel"
FINETUNED_FROM = ITG + "finetunedFrom"
ADAPTER_OF = ITG + "adapterOf"
QUANTIZED_FROM = ITG + "quantizedFrom"
MERGED_FROM = ITG + "mergedFrom"
TRAINED_ON = ITG + "trainedOn"
GENERATED_BY = ITG + "generatedBy"
SOURCE_DATASET = ITG + "sourceDataset"
MEMBER_OF = ITG + "memberOf"
NEW_VERSION = ITG + "newVersion"

MANNERS: dict[str, str] = {
    "adapter": ADAPTER_OF,
    "finetune": FINETUNED_FROM,
    "merge": MERGED_FROM,
    "quantized": QUANTIZED_FROM,
}
"""How a model is built on its base: the words of the hub, in their order, and the properties that say so."""

# --- Description of models, datasets, benchmarks and techniques ---------------------------------------------

DESCRIBED_IN = ITG + "describedIn"
PROJECT = ITG + "project"
PAPER_LINK = ITG + "paperLink"
CATEGORY = ITG + "category"
CONSTRUCTION = ITG + "construction"
MODALITY = ITG + "modality"
DOMAIN = ITG + "domain"
EVALUATION_TYPE = ITG + "evaluationType"
MULTILINGUAL = ITG + "multilingual"
OPEN_SOURCE = ITG + "openSource"
SELF_BUILT = ITG + "selfBuilt"
DEVELOPER = ITG + "developer"
LICENSE = ITG + "license"
ACCESS = ITG + "access"
HAS_LICENSING = ITG + "licensing"
PART = ITG + "part"
ORGANIZATION_KIND = ITG + "organizationKind"
RELEASED = ITG + "released"
PAPER_RELEASED = ITG + "paperReleased"
WEIGHTS_RELEASED = ITG + "weightsReleased"
DATA_RELEASED = ITG + "dataReleased"
SERVICE_RELEASED = ITG + "serviceReleased"
ARXIV_ID = ITG + "arxivId"
HUGGING_FACE_ID = ITG + "huggingFaceId"
GITHUB_REPOSITORY = ITG + "githubRepository"

# --- What a hub says of a repository ------------------------------------------------------------------------

ACCOUNT = ITG + "account"
TASK = ITG + "task"
LIBRARY = ITG + "library"
DOWNLOADS = ITG + "downloads"
LIKES = ITG + "likes"

# --- Figures: a quantity with its imprecision, and its lower bound as an integer ----------------------------

PARAMETERS = ITG + "parameters"
INSTRUCTIONS = ITG + "instructions"
INSTANCES = ITG + "instances"
TASKS = ITG + "tasks"
LANGUAGES = ITG + "languages"
TRAINING_SET_SIZE = ITG + "trainingSetSize"

PARAMETER_COUNT = ITG + "parameterCount"
INSTRUCTION_COUNT = ITG + "instructionCount"
INSTANCE_COUNT = ITG + "instanceCount"
TASK_COUNT = ITG + "taskCount"
LANGUAGE_COUNT = ITG + "languageCount"
TRAINING_SET_COUNT = ITG + "trainingSetCount"

HAS_PRECISION = ITG + "precision"
PER_UNIT = ITG + "perUnit"

PRECISION_EXACT = ITG + "Exact"
PRECISION_ABOUT = ITG + "About"
PRECISION_AT_LEAST = ITG + "AtLeast"
PRECISION_RANGE = ITG + "Range"
PRECISION_ALTERNATIVES = ITG + "Alternatives"
PRECISION_UNREADABLE = ITG + "Unreadable"

# --- Papers and their authors -------------------------------------------------------------------------------

HAS_AUTHORSHIP = ITG + "authorship"
AUTHOR = ITG + "author"
POSITION = ITG + "position"
NAME_AS_WRITTEN = ITG + "nameAsWritten"
AUTHOR_LIST_COMPLETE = ITG + "authorListComplete"
REFERENCE_NUMBER = ITG + "referenceNumber"

# --- Where a statement comes from: rows, snapshots, rules ---------------------------------------------------

HAS_SNAPSHOT = ITG + "snapshot"
TABLE = ITG + "table"
ROW_NUMBER = ITG + "rowNumber"
LINE_START = ITG + "lineStart"
LINE_END = ITG + "lineEnd"
TEXT = ITG + "text"
RAW = ITG + "raw"
HEADING = ITG + "heading"
ABOUT = ITG + "about"
CITES = ITG + "cites"

REPOSITORY = ITG + "repository"
COMMIT = ITG + "commit"
SHA256 = ITG + "sha256"
REPAIR = ITG + "repair"

SPARQL = ITG + "sparql"
ORDER = ITG + "order"

# --- Where a source contradicts a survey ---------------------------------------------------------------------

CORRECTED_PROPERTY = ITG + "correctedProperty"
SURVEY_VALUE = ITG + "surveyValue"
SOURCE_VALUE = ITG + "sourceValue"
EFFECT = ITG + "effect"
CORRECTS = ITG + "corrects"
CONTRADICTED_BY = ITG + "contradictedBy"

# --- Defects of a source ------------------------------------------------------------------------------------

CODE = ITG + "code"
SEVERITY = ITG + "severity"
MESSAGE = ITG + "message"

# --- Concept schemes (resources, not terms) -----------------------------------------------------------------

SCHEME_CATEGORY = BASE + "scheme/category"
SCHEME_CONSTRUCTION = BASE + "scheme/construction"
SCHEME_MODALITY = BASE + "scheme/modality"
SCHEME_DOMAIN = BASE + "scheme/domain"
SCHEME_EVALUATION_TYPE = BASE + "scheme/evaluation-type"
SCHEME_LICENSE = BASE + "scheme/license"

# --- Terms of others ----------------------------------------------------------------------------------------

RDF_TYPE = RDF + "type"
RDFS_LABEL = RDFS + "label"
RDFS_COMMENT = RDFS + "comment"

XSD_STRING = XSD + "string"
XSD_BOOLEAN = XSD + "boolean"
XSD_INTEGER = XSD + "integer"
XSD_DATE = XSD + "date"
XSD_G_YEAR = XSD + "gYear"
XSD_G_YEAR_MONTH = XSD + "gYearMonth"

SKOS_CONCEPT = SKOS + "Concept"
SKOS_CONCEPT_SCHEME = SKOS + "ConceptScheme"
SKOS_PREF_LABEL = SKOS + "prefLabel"
SKOS_ALT_LABEL = SKOS + "altLabel"
SKOS_IN_SCHEME = SKOS + "inScheme"
SKOS_NOTATION = SKOS + "notation"

DCTERMS_TITLE = DCTERMS + "title"
DCTERMS_ISSUED = DCTERMS + "issued"
DCTERMS_BIBLIOGRAPHIC_CITATION = DCTERMS + "bibliographicCitation"

DCAT_DATASET = DCAT + "Dataset"

PROV_ENTITY = PROV + "Entity"
PROV_PLAN = PROV + "Plan"
PROV_DERIVATION = PROV + "Derivation"
PROV_WAS_DERIVED_FROM = PROV + "wasDerivedFrom"
PROV_WAS_INFLUENCED_BY = PROV + "wasInfluencedBy"
PROV_QUALIFIED_DERIVATION = PROV + "qualifiedDerivation"
PROV_HAS_ENTITY = PROV + "entity"
PROV_WAS_QUOTED_FROM = PROV + "wasQuotedFrom"
PROV_HAD_PRIMARY_SOURCE = PROV + "hadPrimarySource"

CSVW_ROW = CSVW + "Row"

BIBO_DOI = BIBO + "doi"

CITO_IS_DESCRIBED_BY = CITO + "isDescribedBy"

FAIR4ML_ML_MODEL = FAIR4ML + "MLModel"
FAIR4ML_FINE_TUNED_FROM = FAIR4ML + "fineTunedFrom"
FAIR4ML_TRAINED_ON = FAIR4ML + "trainedOn"

SCHEMA_DATASET = SCHEMA + "Dataset"
SCHEMA_SCHOLARLY_ARTICLE = SCHEMA + "ScholarlyArticle"
SCHEMA_PERSON = SCHEMA + "Person"
SCHEMA_ORGANIZATION = SCHEMA + "Organization"
SCHEMA_QUANTITATIVE_VALUE = SCHEMA + "QuantitativeValue"
SCHEMA_VALUE = SCHEMA + "value"
SCHEMA_MIN_VALUE = SCHEMA + "minValue"
SCHEMA_MAX_VALUE = SCHEMA + "maxValue"
SCHEMA_UNIT_TEXT = SCHEMA + "unitText"
SCHEMA_AUTHOR = SCHEMA + "author"
SCHEMA_CREATOR = SCHEMA + "creator"
SCHEMA_DATE_CREATED = SCHEMA + "dateCreated"
SCHEMA_LICENSE = SCHEMA + "license"
SCHEMA_SUBJECT_OF = SCHEMA + "subjectOf"
SCHEMA_URL = SCHEMA + "url"
SCHEMA_SAME_AS = SCHEMA + "sameAs"
SCHEMA_IN_LANGUAGE = SCHEMA + "inLanguage"
