// The panel that shows one association or one exposure.
const detail = (() => {
  const panel = document.getElementById("detail");
  const isTold = (name) => !["asn_candidate"].includes(name);
  let opener = null;

  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    document.body.classList.remove("with-detail");
    history.replaceState(null, "", location.pathname + location.search);
    table.mark();
    opener?.isConnected && opener.focus();
  };

  const open = (title, kind, ...content) => {
    if (panel.hidden) opener = document.activeElement;
    panel.hidden = false;
    document.body.classList.add("with-detail");
    panel.replaceChildren(
      make(
        "div",
        { class: "detail-head" },
        make("p", { class: "kind" }, kind),
        make("h2", {}, nameText(title)),
        make("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×"),
      ),
      ...content,
    );
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
  };

  const facts = (pairs, className = "facts") =>
    make(
      "dl",
      { class: className },
      ...pairs
        .filter(([, value]) => value !== "")
        .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, nameText(value)))),
    );

  const exposureLink = (place) => linkTo("exposure", exposures.file(place), exposures.name(place));

  // What members share, and in what they differ.
  const shared = (places) => {
    const same = [];
    const differing = [];
    for (const name of exposures.names.filter(isTold)) {
      const found = new Set(places.map((place) => exposures.value(name, place)));
      if (found.size === 1) {
        const [value] = found;
        if (value !== "") same.push([name, value]);
      } else differing.push([name, `${found.size} values`]);
    }
    return [same, differing];
  };

  const roleSection = ({ role, files, matches }) => {
    const places = files.flatMap(placesOfFile);
    const parts = [
      make("h4", {}, roleMark(role), `${roleWords(role)} `, make("span", { class: "count" }, String(files.length))),
      longList([...files.entries()], ([at, number]) => {
        const [place] = placesOfFile(number);
        const name = memberName(number);
        const match = textOf(matches[at] ?? -1);
        return [
          place === undefined ? nameText(name) : linkTo("exposure", exposures.file(place), name),
          match ? make("span", { class: "match" }, ` ${visible(match)}`) : "",
        ];
      }),
    ];
    if (places.length) {
      const [same, differing] = shared(places);
      const differ = differing.map(([name, count]) => `${name} (${count})`).join(", ");
      parts.push(
        lazyDetails(
          [places.length > 1 ? `They share ${counted(same.length, "attribute")}` : "Its attributes"],
          () => [facts(same), differ ? make("p", {}, `They differ in ${differ}.`) : ""],
        ),
      );
    }
    return make("div", { class: "role" }, ...parts);
  };

  const constraint = (number) => {
    const [name, ...rest] = textOf(number).split(": ");
    return [make("b", {}, visible(name)), ` ${visible(rest.join(": "))}`];
  };

  // Exposures of the candidate that are no members, grouped by why.
  const outsiders = (one) => {
    const candidate = DATA.candidates[one.candidate];
    if (candidate === undefined) return [];
    const inside = new Set(
      one.products.flatMap((product) =>
        product.roles.flatMap(({ files }) => files.flatMap(placesOfFile)),
      ),
    );
    const keys = DATA.rules_used[candidate.rule].keys.map(textOf);
    const groups = new Map();
    const add = (sentence, ranges) => {
      const places = inRanges(ranges).filter((place) => !inside.has(place));
      if (places.length) groups.set(sentence, [...(groups.get(sentence) ?? []), ...places]);
    };
    for (const [values, ranges] of candidate.taken) {
      const at = values.findIndex((value, key) => value >= 0 && value !== one.signature[key]);
      if (at < 0) {
        const far = one.near.map(
          ([name, span]) =>
            `By clause ${textOf(name)}, it may be too far from the members, which have ${textOf(span) || "no value"}. `,
        );
        const otherwise = far.length ? "Or a" : "A";
        add(
          `Its values fit. ${far.join("")}${otherwise} later step of the rule leaves it out, or keeps it for another association.`,
          ranges,
        );
        continue;
      }
      const own = textOf(one.signature[at]) || "not set";
      add(`By clause ${keys[at]}, all members share ${own}. It has another value.`, ranges);
    }
    for (const [sentence, ranges] of candidate.refused) add(textOf(sentence), ranges);
    const count = [...groups.values()].reduce((sum, places) => sum + places.length, 0);
    if (!count) return [make("p", {}, "All exposures of the candidate are in it.")];
    return [
      make("p", {}, `${counted(count, "exposure")} of ${one.id === "a3001" ? "the program" : `candidate ${one.id}`}:`),
      ...[...groups]
        .sort((a, b) => b[1].length - a[1].length)
        .map(([sentence, places]) =>
          lazyDetails(
            [make("span", { class: "count" }, String(places.length)), " ", visible(sentence)],
            () => [longList(places, (place) => [exposureLink(place)])],
          ),
        ),
    ];
  };

  const product = (each) => [
    make(
      "div",
      { class: "parts" },
      ...each.parts.flatMap((part, at) =>
        part ? [make("div", {}, nameText(part), make("span", {}, each.labels[at]))] : [],
      ),
    ),
    ...each.roles.map(roleSection),
  ];

  const showAssociation = (one) => {
    const command = `strun calwebb_${pipelineOf(one.type)} ${shellWord(one.file)}`;
    const several = one.products.length > 1;
    const gaveWay = DATA.dropped.filter((row) => textOf(row[5]) === one.file);
    const outside = outsiders(one);
    open(
      one.products[0].name,
      `Association of level ${one.level}`,
      facts([
        ["type", one.type], ["rule", one.rule], ["candidate", one.id], ["program", one.program],
        ["target", one.target], ["optics", one.optics],
      ], "facts inline"),
      make("h3", {}, "File and command"),
      copyLine(one.file, "the file name"),
      copyLine(command, "the command"),
      make("h3", {}, several ? "Products and members" : "Members"),
      ...one.products.flatMap((each) => [
        several ? make("h4", { class: "product" }, nameText(each.name)) : null,
        ...product(each),
      ]).filter(Boolean),
      ...(outside.length ? [make("h3", {}, "Not in it"), ...outside] : []),
      make("h3", {}, "Constraints"),
      one.constraints.length
        ? make("ul", { class: "constraints" }, ...one.constraints.map((line) => make("li", {}, ...constraint(line))))
        : make("p", {}, "The file does not say."),
      ...(gaveWay.length
        ? [
            make("h3", {}, "Dropped in its favour"),
            longList(gaveWay, ([rule, type, id, name, law]) => [
              nameText(textOf(name)), ` (${visible(textOf(type))} of ${visible(textOf(id))}, by ${visible(textOf(rule))}): ${textOf(law)}`,
            ]),
          ]
        : []),
    );
  };

  const showExposure = (place) => {
    const memberships = exposures.memberships[place];
    const reason = exposures.reason[place];
    const pairs = exposures.names.map((name) => [name, exposures.value(name, place)]);
    open(
      exposures.name(place),
      "Exposure",
      copyLine(exposures.file(place), "the file name"),
      make("h3", {}, reason ? "In no association" : `In ${counted(memberships.length, "association")}`),
      reason
        ? make("p", {}, linkTo("reason", reason.id, capitalized(textOf(reason.text)), ""))
        : longList(memberships, ({ association, role }) => {
            const one = associations[association];
            return [roleMark(role), `${roleWords(role)} in `, linkTo("asn", one.file, one.products[0].name),
              ` (${visible(one.type)} of ${visible(one.id)})`];
          }),
      make("h3", {}, "Attributes"),
      facts(pairs),
    );
  };

  return { close, showAssociation, showExposure, exposureLink };
})();
