/*
 * Copies what query pages use that others made, with its licences: YASGUI, the editor of the server's page, and Oxigraph
 * in WebAssembly, which answers on the page of a site of files:
 *
 *     npm ci && npm run build -- FOLDER
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(resolve(process.argv[2] ?? join(here, "..", "build", "web")), "yasgui");
const modules = join(here, "node_modules");
const built = join(modules, "@zazuko", "yasgui", "build");

/** Return the packages that are installed, as the lock file names them: [name, folder]. */
function installedPackages() {
  const { packages } = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
  return Object.keys(packages)
    .filter((path) => path && existsSync(join(here, path, "package.json")))
    .map((path) => [path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length), join(here, path)])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Return the licence of a package, as it says it: a heading, who wrote it, and the text of its files. */
function licenceOf(name, folder) {
  const { version, license, author, contributors = [], homepage = "" } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const people = [author, ...contributors].filter(Boolean).map((person) => person.name ?? person);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r", "").trim());
  if (!license && !texts.length) throw new Error(`${name} ${version} does not say its licence`);
  if (!texts.length) texts.push(`(The package comes without the text of its licence, ${license}.)`);
  const heading = `${name} ${version}: ${license ?? "as follows"}`;
  const origin = [people.join(", "), homepage].filter(Boolean);
  return [heading, "=".repeat(heading.length), ...origin, "", texts.join("\n\n")].join("\n");
}

// Oxigraph first: that the licences of YASGUI are there says that all is.
const engine = join(dirname(target), "oxigraph");
rmSync(engine, { recursive: true, force: true });
mkdirSync(engine, { recursive: true });
for (const name of ["web.js", "web_bg.wasm"]) copyFileSync(join(modules, "oxigraph", name), join(engine, name));
writeFileSync(join(engine, "licenses.txt"), `${licenceOf("oxigraph", join(modules, "oxigraph"))}\n`);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const ending of ["js", "css"]) {
  // The map of the source is not served, and a browser would ask for it.
  const text = readFileSync(join(built, `yasgui.min.${ending}`), "utf8").replace(/\n?\/[/*]# sourceMappingURL=.*/, "");
  writeFileSync(join(target, `yasgui.${ending}`), text);
}
const introduction =
  "What the editor YASGUI is made of, and Oxigraph, under which licences. They are served as their makers built them.";
const licences = installedPackages().map(([name, folder]) => licenceOf(name, folder));
writeFileSync(join(target, "LICENSES.txt"), `${[introduction, ...licences].join("\n\n\n")}\n`);
