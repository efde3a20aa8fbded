// The table of associations: search, filters, sorting. Rows are made as they are scrolled to, so
// that thousands of associations are filtered as fast as dozens.
const ROWS_AT_ONCE = 40;
const COLUMNS = [
  { title: "product", value: (one) => one.products[0].name },
  { title: "type", value: (one) => one.type },
  { title: "level", value: (one) => one.level, number: true },
  { title: "rule", value: (one) => one.rule },
  { title: "candidate", value: (one) => one.id },
  { title: "target", value: (one) => one.target },
  { title: "optics", value: (one) => one.optics },
  { title: "members", value: (one) => one.size, number: true },
];
const FILTERS = ["program", "level", "type", "rule", "candidate", "target", "optics"];
const compareTexts = new Intl.Collator("en", { numeric: true }).compare;

const table = (() => {
  const values = (one) => ({ ...one, candidate: one.id });
  const chosen = Object.fromEntries(FILTERS.map((name) => [name, ""]));
  const search = document.getElementById("search");
  const body = document.querySelector("#association-table tbody");
  const head = document.querySelector("#association-table thead");
  const status = document.getElementById("association-count");
  const more = document.getElementById("more");
  // What is searched: the names of an association, and those of its members.
  const haystack = [];
  const fillHaystack = () => {
    for (const one of associations.slice(haystack.length)) {
      const members = one.products.flatMap(({ roles }) => roles.flatMap(({ files }) => files));
      const words = [one.file, one.rule, one.type, one.id, one.program, one.target, one.optics];
      words.push(...one.products.map((product) => product.name), ...members.map(memberName));
      haystack.push(words.join("\n").toLowerCase());
    }
  };
  let found = associations;
  let sortedBy = null;
  let direction = 1;

  const matches = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = FILTERS.filter((name) => chosen[name] !== "");
    if (words.length) fillHaystack();
    return associations.filter((one) => {
      const own = wanted.length ? values(one) : null;
      return (
        wanted.every((name) => String(own[name]) === chosen[name]) &&
        words.every((word) => haystack[one.at].includes(word))
      );
    });
  };

  const memberCell = (one) => {
    const roles = [...one.sizes].flatMap(([role, size]) => [
      make("span", { class: "role-count", title: roleWords(role) }, roleMark(role), String(size),
        make("span", { class: "hidden" }, ` ${roleWords(role)} `)),
    ]);
    return make("td", { class: "number members" }, ...roles);
  };

  const row = (one) => {
    const [first, ...others] = one.products;
    const link = linkTo("asn", one.file, first.name);
    link.tabIndex = -1;
    const product = make("th", { scope: "row" }, link);
    if (others.length) product.append(` and ${counted(others.length, "more product")}`);
    return make(
      "tr",
      { "data-file": one.file },
      product,
      make("td", {}, nameText(one.type, "")),
      make("td", { class: "number" }, String(one.level)),
      make("td", {}, nameText(one.rule, "")),
      make("td", {}, nameText(one.id, "")),
      make("td", {}, nameText(one.target, "")),
      make("td", {}, nameText(one.optics, "")),
      memberCell(one),
    );
  };

  // Tab enters the table at one row and leaves it again, however many there are; arrows move in it.
  const enterAt = (link) => {
    body.querySelector('a[tabindex="0"]')?.setAttribute("tabindex", "-1");
    link?.setAttribute("tabindex", "0");
  };

  const show = (upTo) => {
    const rows = found.slice(body.children.length, upTo).map(row);
    body.append(...rows);
    more.hidden = body.children.length >= found.length;
  };

  const update = () => {
    found = matches();
    if (sortedBy !== null) {
      const { value, number } = COLUMNS[sortedBy];
      const compare = number ? (a, b) => a - b : compareTexts;
      found = found
        .map((one) => [value(one), one])
        .sort((a, b) => direction * compare(a[0], b[0]) || a[1].at - b[1].at)
        .map((pair) => pair[1]);
    }
    body.replaceChildren();
    show(ROWS_AT_ONCE);
    enterAt(body.querySelector("a"));
    const total = associations.length;
    status.textContent =
      found.length === total
        ? counted(total, "association")
        : `${found.length.toLocaleString("en")} of ${counted(total, "association")}`;
    mark();
  };

  const mark = () => {
    const open = currentLink();
    for (const element of body.children) {
      const isOpen = open.kind === "asn" && open.name === element.dataset.file;
      element.classList.toggle("open", isOpen);
    }
  };

  const sortBy = (column) => {
    direction = sortedBy === column ? -direction : 1;
    sortedBy = column;
    head.querySelectorAll("th").forEach((cell, at) => {
      if (at === column) cell.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
    update();
  };

  const start = () => {
    head.append(
      make(
        "tr",
        {},
        ...COLUMNS.map(({ title, number }, at) =>
          make(
            "th",
            { scope: "col", class: number ? "number" : undefined },
            make("button", { type: "button", class: "sort", onclick: () => sortBy(at) }, title),
          ),
        ),
      ),
    );
    const form = document.getElementById("filters");
    const every = associations.map(values);
    for (const name of FILTERS) {
      const distinct = [...new Set(every.map((one) => String(one[name])))].sort(compareTexts);
      if (distinct.length < 2) continue;
      const select = make(
        "select",
        { name, onchange: (event) => { chosen[name] = event.target.value; update(); } },
        make("option", { value: "" }, "any"),
        ...distinct.filter(Boolean).map((text) => make("option", { value: text }, visible(text))),
      );
      form.append(make("label", {}, name, select));
    }
    const reset = () => {
      form.reset();
      for (const name of FILTERS) chosen[name] = "";
      update();
    };
    form.append(make("button", { type: "button", class: "quiet", onclick: reset }, "Reset"));
    form.addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", update);
    // Ready before the first letter is typed.
    setTimeout(fillHaystack, 200);
    more.addEventListener("click", () => {
      const next = body.children.length;
      show(next + ROWS_AT_ONCE);
      body.children[next]?.querySelector("a").focus();
    });
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) show(body.children.length + ROWS_AT_ONCE);
    }, { root: more.parentElement, rootMargin: "400px" }).observe(more);
    body.addEventListener("click", (event) => {
      const clicked = event.target.closest("tr");
      if (clicked && !event.target.closest("a") && !String(getSelection())) {
        location.hash = `asn=${encodeURIComponent(clicked.dataset.file)}`;
      }
    });
    body.addEventListener("focusin", (event) => enterAt(event.target.closest("a")));
    body.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const current = event.target.closest("tr");
      if (step === undefined || current === null) return;
      event.preventDefault();
      const next = [...body.children].indexOf(current) + step;
      if (next >= body.children.length) show(body.children.length + ROWS_AT_ONCE);
      body.children[next]?.querySelector("a").focus();
    });
    update();
  };
  return { start, mark, search, showAll: () => show(found.length), update };
})();
