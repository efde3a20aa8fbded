// The hierarchy as a tree of <details>; what is inside a node is made when it is opened.
const tree = (() => {
  const start = () => {
    const root = document.getElementById("tree");
    const places = Array.from({ length: exposures.count }, (_, at) => at);
    const nodes = branches(places, 0);
    root.append(...nodes.map(node));
    // A single program is opened; several are left closed, so that all can be seen.
    if (root.children.length === 1) root.firstElementChild.openNow?.();
  };

  // Exposures with one value of a level follow one another, because they are in its order.
  const branches = (places, depth) => {
    const [level, column] = DATA.levels[depth];
    const found = new Map();
    for (const place of places) {
      const value = exposures.value(column, place);
      if (!found.has(value)) found.set(value, []);
      found.get(value).push(place);
    }
    return [...found].map(([value, own]) => ({ titles: [[level, value]], places: own, depth: depth + 1 }));
  };

  const fate = (place) => {
    const memberships = exposures.memberships[place];
    if (!memberships.length) return "none";
    return memberships.some(({ role }) => role === "science") ? "science" : "other";
  };

  const KINDS = [["instrume", "instrument"], ["exp_type", "exposure type"], ["filter", "filter"]];
  const distinct = (places, [column, noun], most = 3) => {
    const found = [...new Set(places.map((place) => exposures.value(column, place)))].filter(Boolean);
    return found.length > most ? counted(found.length, noun) : found.join(", ");
  };

  const bar = (places) => {
    const counts = { science: 0, other: 0, none: 0 };
    for (const place of places) counts[fate(place)] += 1;
    const parts = Object.entries(counts)
      .filter(([, count]) => count)
      .map(([name, count]) => {
        const part = make("i", { class: name });
        part.style.flexGrow = count;
        return part;
      });
    return [make("span", { class: "bar", "aria-hidden": "true" }, ...parts), counts];
  };

  const summary = ({ titles, places }) => {
    const made = new Set(places.flatMap((place) => exposures.memberships[place].map((one) => one.association)));
    const [shown, counts] = bar(places);
    const title = titles.map(([level, value]) =>
      make("span", { class: "level" }, `${level} `, make("b", {}, nameText(value || "not set", ""))));
    const kinds = KINDS.map((kind) => distinct(places, kind)).filter(Boolean);
    return [
      make("span", { class: "titles" }, ...title, make("span", { class: "kinds" }, nameText(kinds.join(" · "), ""))),
      make("span", { class: "fates" },
        make("span", { class: "number" }, counted(places.length, "exposure")),
        make("span", { class: "number" }, counted(made.size, "association")),
        make("span", { class: counts.none ? "number lost" : "number" }, `${counts.none.toLocaleString("en")} in none`),
        shown),
    ];
  };

  const node = (start) => {
    let one = start;
    // A level that does not branch shares the line of the one above, below the program.
    while (one.depth > 1 && one.depth < DATA.levels.length) {
      const [only, ...others] = branches(one.places, one.depth);
      if (others.length) break;
      one = { ...only, titles: [...one.titles, ...only.titles] };
    }
    const isLast = one.depth >= DATA.levels.length;
    return lazyDetails(summary(one), () =>
      isLast ? [leaves(one.places)] : branches(one.places, one.depth).map(node));
  };

  const leaves = (places) =>
    longList(places, (place) => {
      const memberships = exposures.memberships[place];
      const counts = new Map();
      for (const { role } of memberships) counts.set(role, (counts.get(role) ?? 0) + 1);
      const reason = exposures.reason[place];
      const told = [...counts].map(([role, count]) =>
        make("span", { class: "role-count" }, roleMark(role), `${roleWords(role)} in ${count}`));
      const optics = ["filter", "pupil", "grating", "band"].map((name) => exposures.value(name, place));
      return [
        detail.exposureLink(place),
        make("span", { class: "hint" }, nameText(optics.filter(Boolean).join("/"), "")),
        make("span", { class: "leaf-fate" },
          ...(memberships.length ? told : reason
            ? [linkTo("reason", reason.id, "in no association", "lost")]
            : [make("span", { class: "lost" }, "in no association")])),
      ];
    }, "list leaves", 40);

  // For paper: the programs with their observations.
  const openPrograms = () => {
    for (const details of document.getElementById("tree").children) details.openNow?.();
  };

  return { start, openPrograms };
})();
