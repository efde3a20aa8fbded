// The facts of the page, decoded. Each text is in the data once, and is referred to by its number.
const DATA = JSON.parse(document.getElementById("facts").textContent);
const textOf = (number) => (number < 0 ? "" : DATA.texts[number]);

const exposures = (() => {
  const { count, file, columns } = DATA.exposures;
  const names = Object.keys(columns);
  const value = (name, at) => {
    const column = columns[name];
    if (column === undefined) return "";
    return textOf(typeof column === "number" ? column : column[at]);
  };
  return {
    count,
    names,
    value,
    file: (at) => textOf(file[at]),
    // The name of the file without stage and extension.
    name: (at) => textOf(file[at]).replace(/_[a-z0-9]+(\.[a-z]+)+$|\.[a-z]+$/, ""),
    memberships: Array.from({ length: count }, () => []),
    reason: new Array(count).fill(null),
  };
})();

const placesOfFile = (number) => {
  const places = DATA.files.exposures[number];
  return typeof places === "number" ? [places] : places;
};
const memberName = (number) => textOf(DATA.files.name[number]);

const associations = DATA.associations.file_name.map((_, at) => {
  const field = (name) => textOf(DATA.associations[name][at]);
  const products = DATA.associations.products[at].map(([name, isExposure, parts, roles]) => ({
    name: textOf(name),
    labels: DATA.labels[isExposure ? "exposure" : "product"],
    parts: parts.map(textOf),
    // How good members are that a step kept as the best ones, in the order of the files.
    roles: roles.map(([role, files, matches = []]) => ({ role: textOf(role), files, matches })),
  }));
  const sizes = new Map();
  for (const product of products) {
    for (const { role, files } of product.roles) {
      sizes.set(role, (sizes.get(role) ?? 0) + files.length);
      for (const number of files) {
        for (const place of placesOfFile(number)) {
          exposures.memberships[place].push({ association: at, role });
        }
      }
    }
  }
  return {
    at,
    file: field("file_name"),
    rule: field("rule"),
    type: field("asn_type"),
    id: field("asn_id"),
    program: field("program"),
    target: field("target"),
    optics: field("optics"),
    level: DATA.associations.level[at],
    constraints: DATA.associations.constraints[at],
    candidate: DATA.associations.candidate[at],
    signature: DATA.associations.signature[at],
    near: DATA.associations.near[at],
    products,
    sizes,
    size: [...sizes.values()].reduce((sum, size) => sum + size, 0),
  };
});

for (const reason of DATA.reasons) {
  for (const place of reason.exposures) exposures.reason[place] = reason;
}

const associationOfFile = new Map();
for (const one of associations) {
  if (!associationOfFile.has(one.file)) associationOfFile.set(one.file, one);
}
const placeOfFile = new Map();
for (let at = 0; at < exposures.count; at += 1) {
  if (!placeOfFile.has(exposures.file(at))) placeOfFile.set(exposures.file(at), at);
}

// Ranges are a first number and a length, in turn.
const inRanges = (ranges) => {
  const places = [];
  for (let at = 0; at < ranges.length; at += 2) {
    for (let step = 0; step < ranges[at + 1]; step += 1) places.push(ranges[at] + step);
  }
  return places;
};
