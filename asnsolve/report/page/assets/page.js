// Start the parts of the page, and follow links to associations, exposures and reasons.
const startDropped = () => {
  for (const details of document.querySelectorAll("#dropped details")) {
    const rows = DATA.dropped.filter((row) => textOf(row[4]) === details.dataset.law);
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      details.append(longList(rows, ([, type, id, name, , winner]) => {
        const stays = associationOfFile.get(textOf(winner));
        return [
          nameText(textOf(name)), ` (${visible(textOf(type))} of ${visible(textOf(id))}) gave way to `,
          stays ? linkTo("asn", stays.file, stays.products[0].name) : nameText(textOf(winner)),
        ];
      }));
    });
  }
};

const reasons = new Map();
const startReasons = () => {
  const list = document.getElementById("reason-list");
  for (const reason of DATA.reasons) {
    const sentence = textOf(reason.text);
    const details = lazyDetails(
      [make("span", { class: "count" }, String(reason.count)), " ",
        nameText(capitalized(sentence), "")],
      () => [
        reason.way_out.length
          ? make("div", { class: "way-out" }, make("h3", {}, "The way out"),
              ...reason.way_out.map((line) => make("p", {
                class: textOf(line).startsWith("  ") ? "indented" : undefined,
              }, visible(textOf(line).trim()))))
          : "",
        make("p", {}, reason.tried
          ? "For more, run:"
          : "What would let this exposure in has not been tried out for this page. To try it out, run:"),
        copyLine(textOf(reason.command), "the command"),
        make("h3", {}, "Exposures"),
        longList(reason.exposures, (place) => [
          detail.exposureLink(place),
          make("span", { class: "hint" }, nameText(exposures.value("exp_type", place), "")),
        ]),
      ],
      { class: "reason" },
    );
    // The address of what is open, to be copied.
    details.firstElementChild.addEventListener("click", () => {
      if (!details.open) history.replaceState(null, "", `#reason=${encodeURIComponent(reason.id)}`);
    });
    reasons.set(reason.id, details);
    list.append(details);
  }
};

const startDifferences = () => {
  if (!DATA.differences) return;
  const list = document.getElementById("difference-list");
  const { items } = DATA.differences;
  if (!items.length) {
    list.append(make("p", {}, "There are no differences."));
    return;
  }
  const ofProduct = new Map();
  for (const one of associations) {
    for (const each of one.products) ofProduct.set(`${each.name}\n${one.type}\n${one.id}`, one);
  }
  const kinds = new Map();
  for (const item of items) kinds.set(item.kind, [...(kinds.get(item.kind) ?? []), item]);
  const title = { name: "Other names", fields: "Other rules, types or ids", members: "Other members" };
  const sign = { "only in the first": "−", "only in the second": "+" };
  const members = (label, names) =>
    names.length ? [make("p", { class: "kind" }, label), longList(names, ({ file, role }) => [
      roleMark(role), nameText(file), ` as ${visible(roleWords(role))}`])] : [];
  for (const [kind, found] of kinds) {
    const words = title[kind] ?? `${kind[0].toUpperCase()}${kind.slice(1)}`;
    list.append(make("h3", {}, words, " ", make("span", { class: "count" }, String(found.length))));
    list.append(longList(found, (item) => {
      const then = item.then ?? {};
      const product = then.product ?? item.product;
      const stays = kind === "only in the first" ? undefined : ofProduct.get(
        `${product}\n${then.asn_type ?? item.asn_type}\n${then.asn_id ?? item.asn_id}`);
      const changes = Object.entries(then).map(([name, value]) => `${name} ${item[name]} → ${value}`);
      return [
        lazyDetails(
          [make("span", { class: "sign" }, sign[kind] ?? "~"), " ", nameText(item.product),
            make("span", { class: "hint" }, nameText([item.asn_type, item.asn_id, item.rule, ...changes].join(" · "), ""))],
          () => [
            ...(stays ? [make("p", {}, linkTo("asn", stays.file, "Open the association", ""))] : []),
            ...members("Members", item.members ?? []),
            ...members("Only in the first", item.only_first ?? []),
            ...members("Only in the second", item.only_second ?? []),
            ...((item.roles ?? []).length ? [make("p", { class: "kind" }, "Other roles"), longList(item.roles, ({ file, role, then: now }) => [
              nameText(file), ` is ${visible(role)}, then ${visible(now)}`])] : []),
          ],
        ),
      ];
    }, "list plain", 30));
  }
};

function currentLink() {
  const match = /^#(asn|exposure|reason)=(.*)$/s.exec(location.hash);
  if (!match) return { kind: "", name: "" };
  try {
    return { kind: match[1], name: decodeURIComponent(match[2]) };
  } catch {
    return { kind: match[1], name: match[2] };
  }
}

const follow = () => {
  const { kind, name } = currentLink();
  if (kind === "asn" && associationOfFile.has(name)) {
    detail.showAssociation(associationOfFile.get(name));
  } else if (kind === "exposure" && placeOfFile.has(name)) {
    detail.showExposure(placeOfFile.get(name));
  } else if (kind === "reason" && reasons.has(name)) {
    const details = reasons.get(name);
    details.openNow();
    details.scrollIntoView({ block: "start" });
    details.querySelector("summary").focus({ preventScroll: true });
  } else if (!location.hash) {
    detail.close();
  } else if (kind) {
    document.getElementById("association-count").textContent =
      `The link leads to ${visible(name)}, which is not on this page.`;
  }
  table.mark();
};

table.start();
startDropped();
startReasons();
startDifferences();
addEventListener("hashchange", follow);
follow();
// The table comes first. The tree and the picture follow once it is on the screen.
setTimeout(() => {
  tree.start();
  picture.start();
  const section = currentLink().kind ? null : document.getElementById(location.hash.slice(1));
  section?.scrollIntoView();
});

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea");
  if (event.key === "Escape") detail.close();
  else if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    table.search.focus();
  }
});
// Paper does not scroll: all rows that match, and the whole picture.
addEventListener("beforeprint", () => {
  table.showAll();
  tree.openPrograms();
  for (const details of reasons.values()) details.openNow();
  picture.whole();
});
