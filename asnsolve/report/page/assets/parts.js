// Small pieces that the page is built of. Texts only ever become text nodes, never HTML.
const SHOWN_LIMIT = 12;
const HIDDEN_MARKS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

// Marks that cannot be seen, or that turn the direction of writing, are shown by their code.
const visible = (text) =>
  String(text).replace(
    HIDDEN_MARKS,
    (mark) => `‹U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`,
  );

const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

// Names keep their own direction of writing, whatever text is around them.
const nameText = (text, className = "name") => make("bdi", { class: className }, visible(text));

const linkTo = (kind, name, shown, className = "name") =>
  make("a", { href: `#${kind}=${encodeURIComponent(name)}` }, nameText(shown ?? name, className));

const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const counted = (count, noun) =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const ROLES = [
  ["science", "square"],
  ["background", "circle"],
  ["psf", "triangle"],
  ["imprint", "cross"],
  ["target_acquisition", "diamond"],
  ["selfcal", "plus"],
];
const roleClass = (role) => (ROLES.some(([name]) => name === role) ? role : "further");
const SHAPES = {
  square: "M2 2h12v12H2z",
  circle: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z",
  triangle: "M8 2l6.5 12h-13z",
  cross: "M3.5 2L8 6.5L12.5 2L14 3.5L9.5 8L14 12.5L12.5 14L8 9.5L3.5 14L2 12.5L6.5 8L2 3.5z",
  diamond: "M8 1l7 7l-7 7l-7-7z",
  plus: "M6.5 2h3v4.5H14v3H9.5V14h-3V9.5H2v-3h4.5z",
  bars: "M2 2h4v12H2zM10 2h4v12h-4z",
};
const shapeOf = (role) => (ROLES.find(([name]) => name === role) ?? ["", "bars"])[1];

const roleMark = (role) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `mark role-${roleClass(role)}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[shapeOf(role)]);
  svg.append(path);
  return svg;
};
const roleWords = (role) => role.replaceAll("_", " ");

const copyButton = (text, what) =>
  make(
    "button",
    {
      type: "button",
      class: "copy",
      "aria-label": `Copy ${what}`,
      onclick: async (event) => {
        const button = event.currentTarget;
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = "Copied";
        } catch {
          // Without permission to use the clipboard, the text is selected for Ctrl-C.
          getSelection().selectAllChildren(button.previousSibling);
          button.textContent = "Selected";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      },
    },
    "Copy",
  );

const copyLine = (text, what) =>
  make("div", { class: "copy-line" }, make("code", {}, nameText(text)), copyButton(text, what));

// A list that shows its beginning, and the rest on request.
const longList = (items, render, className = "list", limit = SHOWN_LIMIT) => {
  const list = make("ul", { class: className });
  const add = (from, to) => {
    for (const item of items.slice(from, to)) list.append(make("li", {}, ...render(item)));
  };
  add(0, items.length > limit + 3 ? limit : items.length);
  if (items.length <= limit + 3) return list;
  const button = make(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () => {
        const first = list.children.length;
        add(first, first + 500);
        if (list.children.length === items.length) button.remove();
        else button.textContent = `Show more of ${items.length.toLocaleString("en")}`;
        list.children[first].querySelector("a")?.focus();
      },
    },
    `Show all ${items.length.toLocaleString("en")}`,
  );
  return make("div", {}, list, button);
};

// Sections of a <details> are made when it is first opened.
const lazyDetails = (summary, fill, properties = {}) => {
  const details = make("details", properties, make("summary", {}, ...summary));
  const open = () => {
    if (details.dataset.filled) return;
    details.dataset.filled = "yes";
    details.append(...fill());
  };
  details.addEventListener("toggle", () => { if (details.open) open(); });
  details.openNow = () => { open(); details.open = true; };
  return details;
};

// As a POSIX shell reads it back.
const shellWord = (text) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;

const pipelineOf = (type) =>
  type.startsWith("wfs-") && type.endsWith("3") ? type : type.slice(type.lastIndexOf("-") + 1);
