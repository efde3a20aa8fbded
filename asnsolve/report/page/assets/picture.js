// The membership picture: exposures downwards, associations across, a mark for each membership.
// Only what is in view is drawn, so that the size of the program does not matter.
const picture = (() => {
  const frame = document.getElementById("picture");
  const spacer = frame.querySelector(".spacer");
  const canvas = frame.querySelector("canvas");
  const readout = document.getElementById("readout");
  const controls = document.getElementById("picture-controls");
  const LARGEST_FONT = 11;
  // Where each row and column has room for a label of its own.
  const LABELLED = 10;
  const fontOf = (step) =>
    `${Math.max(9, Math.min(LARGEST_FONT, step - 1))}px system-ui, sans-serif`;
  const GAP = 6;
  // The level below the program, and the column that numbers it: observations for JWST.
  const second = DATA.levels[1];
  // The room for labels: of observations and rows on the left, of candidates and columns at the top.
  const gutter = { left: 0, top: 126 };
  const SIZES = [2, 3, 4, 6, 8, 10, 13, 16, 20];
  const paths = Object.fromEntries(Object.entries(SHAPES).map(([name, path]) => [name, new Path2D(path)]));
  const wanted = { program: "", level: "", fold: true };
  let size = 13;
  let rows = [];
  let columns = [];
  let cells = [];
  let at = { row: 0, column: 0 };

  const select = () => {
    columns = associations.filter(
      (one) =>
        (wanted.program === "" || one.program === wanted.program) &&
        (wanted.level === "" || String(one.level) === wanted.level),
    );
    const columnOf = new Map(columns.map((one, number) => [one.at, number]));
    rows = [];
    cells = [];
    const rowOf = new Map();
    for (let place = 0; place < exposures.count; place += 1) {
      if (wanted.program !== "" && exposures.value("program", place) !== wanted.program) continue;
      const own = exposures.memberships[place]
        .filter(({ association }) => columnOf.has(association))
        .map(({ association, role }) => [columnOf.get(association), role]);
      const program = exposures.value("program", place);
      // Other missions have another second level, or none.
      const observation = second === undefined ? "" : exposures.value(second[1], place);
      const group = JSON.stringify([program, observation]);
      const key = `${group} ${own.map((pair) => pair.join(":")).join(" ")}`;
      // Exposures of one observation with the same memberships are one row.
      if (wanted.fold && rowOf.has(key)) {
        rowOf.get(key).places.push(place);
        continue;
      }
      rows.push({ places: [place], group, program, observation });
      rowOf.set(key, rows.at(-1));
      const roles = new Map();
      for (const [column, role] of own) roles.set(column, [...(roles.get(column) ?? []), role]);
      cells.push(roles);
    }
    at = { row: 0, column: 0 };
    const context = canvas.getContext("2d");
    context.font = fontOf(Infinity);
    const widest = (labels) =>
      Math.max(0, ...[...new Set(labels)].map((label) => context.measureText(label).width));
    gutter.left = Math.ceil(4 * GAP + widest(rows.map(observationLabel)) + widest(rows.map(rowLabel)));
  };

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const names = ["text", "muted", "line", "surface", "band", "accent",
      ...ROLES.map(([role]) => `role-${role}`), "role-further"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  };

  const fit = () => {
    const room = frame.parentElement.clientWidth - gutter.left - 24;
    const best = Math.min(room / Math.max(columns.length, 1), 640 / Math.max(rows.length, 1));
    size = SIZES.filter((one) => one <= Math.max(best, 4)).at(-1) ?? SIZES[0];
    if (best > 20) size = 20;
  };

  const layOut = () => {
    const width = gutter.left + columns.length * size + 12;
    const height = gutter.top + rows.length * size + 12;
    spacer.style.width = `${width}px`;
    spacer.style.height = `${height}px`;
    frame.style.maxWidth = `${width + 20}px`;
    frame.style.height = `${Math.min(height + 18, Math.max(320, innerHeight * 0.8))}px`;
    draw();
  };

  const resize = (width, height, ratio) => {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  };

  const draw = () => paint(frame.clientWidth, frame.clientHeight, frame.scrollLeft, frame.scrollTop, size);

  // What of the picture is in view: a window of the canvas, and the cells in it.
  const viewOf = (width, height, left, top, step) => {
    const x = (column) => gutter.left + column * step - left;
    const y = (row) => gutter.top + row * step - top;
    return {
      width, height, step, x, y,
      firstRow: Math.max(0, Math.floor(top / step)),
      lastRow: Math.min(rows.length, Math.ceil((top + height - gutter.top) / step)),
      firstColumn: Math.max(0, Math.floor(left / step)),
      lastColumn: Math.min(columns.length, Math.ceil((left + width - gutter.left) / step)),
      right: Math.min(width, x(columns.length)),
      bottom: Math.min(height, y(rows.length)),
    };
  };

  const paint = (width, height, left, top, step) => {
    const colour = colours();
    const context = resize(width, height, devicePixelRatio || 1);
    const view = viewOf(width, height, left, top, step);
    context.clearRect(0, 0, width, height);
    context.font = fontOf(step);
    context.textBaseline = "middle";
    clipped(context, view, gutter.left, gutter.top, () => paintCells(context, view, colour));
    // Labels stay in view while the picture is scrolled.
    clipped(context, view, 0, gutter.top, () => paintRowLabels(context, view, colour));
    clipped(context, view, gutter.left, 0, () => paintColumnLabels(context, view, colour));
    context.fillStyle = colour.line;
    context.fillRect(0, gutter.top - 0.5, view.right, 1);
    context.fillRect(gutter.left - 0.5, 0, 1, view.bottom);
  };

  // Draw in a part of the canvas: to the right of `left` and below `top`.
  const clipped = (context, { width, height }, left, top, draw) => {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    draw();
    context.restore();
  };

  const paintCells = (context, view, colour) => {
    const { step, x, y, firstRow, lastRow, firstColumn, lastColumn, right, bottom } = view;
    // Every second observation and candidate is shaded, so that the eye finds its way.
    bands(rows, groupOf, firstRow, lastRow, (from, to, odd) => {
      if (!odd) return;
      context.fillStyle = colour.band;
      context.fillRect(gutter.left, y(from), right - gutter.left, (to - from) * step);
    });
    bands(columns, idOf, firstColumn, lastColumn, (from) => {
      context.fillStyle = colour.line;
      context.fillRect(x(from) - 0.5, gutter.top, 1, bottom - gutter.top);
    });
    for (let row = firstRow; row < lastRow; row += 1) {
      for (const [column, roles] of cells[row]) {
        if (column < firstColumn || column >= lastColumn) continue;
        // A file that is in two roles, as a nod is, has two marks on the diagonal of its cell.
        const part = roles.length > 1 ? step * 0.58 : step;
        roles.forEach((role, number) => {
          const shift = ((step - part) * number) / Math.max(roles.length - 1, 1);
          mark(context, role, x(column) + shift, y(row) + shift, part, colour);
        });
      }
    }
    if (document.activeElement === frame || at.shown) {
      context.strokeStyle = colour.accent;
      context.lineWidth = 1.5;
      context.strokeRect(gutter.left, y(at.row), right - gutter.left, step);
      context.strokeRect(x(at.column), gutter.top, step, bottom - gutter.top);
    }
  };

  const paintRowLabels = (context, view, colour) => {
    const { step, y, firstRow, lastRow, height } = view;
    const unlabelled = spaced();
    bands(rows, groupOf, firstRow, lastRow, (from, to) => {
      const size = (to - from) * step;
      context.fillStyle = colour.line;
      context.fillRect(0, y(from) - 0.5, gutter.left, 1);
      context.fillStyle = colour.text;
      context.textAlign = "left";
      // In the middle of what is in view of a tall observation.
      const top = size < 40 ? y(from) : Math.max(y(from), gutter.top);
      const bottom = size < 40 ? y(to) : Math.min(y(to), height);
      const middle = (top + bottom) / 2;
      if (unlabelled(middle)) context.fillText(observationLabel(rows[from]), GAP, middle);
    });
    if (step < LABELLED) return;
    context.textAlign = "right";
    for (let row = firstRow; row < lastRow; row += 1) {
      context.fillStyle = cells[row].size ? colour.muted : colour.text;
      context.fillText(rowLabel(rows[row]), gutter.left - GAP, y(row) + step / 2);
    }
  };

  const paintColumnLabels = (context, view, colour) => {
    const { step, x, firstColumn, lastColumn } = view;
    const unlabelled = spaced();
    bands(columns, idOf, firstColumn, lastColumn, (from, to) => {
      context.fillStyle = colour.line;
      context.fillRect(x(from) - 0.5, 0, 1, gutter.top);
      context.fillStyle = colour.text;
      context.textAlign = "left";
      const start = Math.max(x(from), gutter.left) + 4;
      const room = x(to) - start;
      const label = shortened(columns[from].id, 8);
      const { width } = context.measureText(label);
      if (width < room) {
        if (unlabelled(start)) context.fillText(label, start, 10);
      } else if (unlabelled(x(from) + step / 2)) turned(context, label, x(from) + step / 2, 4 + Math.ceil(width), colour.text);
    });
    if (step < LABELLED) return;
    for (let column = firstColumn; column < lastColumn; column += 1) {
      turned(context, columnLabel(columns[column]), x(column) + step / 2, gutter.top - 4, colour.muted);
    }
  };

  const idOf = (one) => `${one.program} ${one.id}`;
  const columnLabel = (one) => shortened(one.type, 12);
  const groupOf = ({ group }) => group;
  // Names without end would leave no room for the picture.
  const shortened = (text, most) => {
    const shown = visible(text);
    return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
  };
  const observationLabel = ({ program, observation }) => {
    const several = wanted.program === "" && programs.length > 1;
    const number = second?.[1] === "obs_num" ? `o${observation.padStart(3, "0")}` : `${second?.[0]} ${observation}`;
    const name = second === undefined ? "" : /^\d+$/.test(observation) ? number : observation || "not set";
    return shortened(`${several ? `${program}-` : ""}${name}`, 16);
  };
  const rowLabel = ({ places }) => {
    const short = shortened(exposures.name(places[0]).replace(/^jw\d{11}_/, ""), 24);
    return places.length > 1 ? `${short} ×${places.length}` : short;
  };

  // Labels of narrow bands are thinned out: only those are drawn that keep a distance from the last.
  const spaced = () => {
    let last = -Infinity;
    return (at) => {
      if (at - last < LABELLED) return false;
      last = at;
      return true;
    };
  };

  const turned = (context, label, x, y, colour) => {
    context.save();
    context.translate(x, y);
    context.rotate(-Math.PI / 2);
    context.textAlign = "left";
    context.fillStyle = colour;
    context.fillText(label, 0, 0);
    context.restore();
  };

  // Runs of items with one key; `odd` counts them from the beginning of all items.
  const bands = (items, key, first, last, each) => {
    let from = 0;
    let odd = false;
    for (let to = 1; to <= items.length && from < last; to += 1) {
      if (to < items.length && key(items[to]) === key(items[from])) continue;
      if (to > first) each(from, to, odd);
      from = to;
      odd = !odd;
    }
  };

  const mark = (context, role, x, y, step, colour) => {
    context.fillStyle = colour[`role-${roleClass(role)}`];
    if (step >= 5) {
      context.save();
      context.translate(x, y);
      context.scale(step / 16, step / 16);
      context.fill(paths[shapeOf(role)]);
      context.restore();
    } else if (role === "science") context.fillRect(x, y, step, step);
    // Too small for shapes: other roles are half as high.
    else context.fillRect(x, y + step / 2, step, Math.max(step / 2, 1));
  };

  const cellAt = (event) => {
    const box = frame.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - gutter.left + frame.scrollLeft) / size);
    const row = Math.floor((event.clientY - box.top - gutter.top + frame.scrollTop) / size);
    const isIn = column >= 0 && row >= 0 && column < columns.length && row < rows.length;
    const inLabels = event.clientX - box.left < gutter.left || event.clientY - box.top < gutter.top;
    return isIn && !inLabels ? { row, column } : null;
  };

  const tell = () => {
    const row = rows[at.row];
    const one = columns[at.column];
    if (!row || !one) {
      readout.textContent = "";
      return;
    }
    const roles = cells[at.row].get(at.column) ?? [];
    const [first] = row.places;
    const who = row.places.length > 1
      ? `${exposures.name(first)} and ${row.places.length - 1} like it`
      : exposures.name(first);
    const what = roles.length ? `${roles.map(roleWords).join(" and ")} in` : "not in";
    readout.replaceChildren(
      ...roles.map(roleMark),
      nameText(who), ` ${what} `, nameText(one.products[0].name), ` (${visible(one.type)} of ${visible(one.id)})`,
    );
  };

  const openCell = () => {
    const one = columns[at.column];
    if (one) location.hash = `asn=${encodeURIComponent(one.file)}`;
  };

  const move = (rowStep, columnStep) => {
    at = {
      row: Math.max(0, Math.min(rows.length - 1, at.row + rowStep)),
      column: Math.max(0, Math.min(columns.length - 1, at.column + columnStep)),
    };
    const x = at.column * size;
    const y = at.row * size;
    const view = { width: frame.clientWidth - gutter.left, height: frame.clientHeight - gutter.top };
    if (x < frame.scrollLeft) frame.scrollLeft = x;
    if (x + size > frame.scrollLeft + view.width) frame.scrollLeft = x + size - view.width;
    if (y < frame.scrollTop) frame.scrollTop = y;
    if (y + size > frame.scrollTop + view.height) frame.scrollTop = y + size - view.height;
    tell();
    draw();
  };

  let programs = [];
  const changed = () => { select(); fit(); layOut(); readout.textContent = ""; };

  const chooser = (name, title, options) =>
    make("label", {}, title, make("select", {
      name, onchange: (event) => { wanted[name] = event.target.value; changed(); },
    }, ...options.map(([value, text]) => make("option", { value, selected: wanted[name] === value }, visible(text)))));

  const start = () => {
    programs = [...new Set(associations.map((one) => one.program))];
    const levels = [...new Set(associations.map((one) => String(one.level)))].sort();
    if (programs.length > 1) [wanted.program] = programs;
    if (levels.includes("3")) wanted.level = "3";
    if (programs.length > 1) {
      controls.append(chooser("program", "program", [...programs.map((one) => [one, one]), ["", "all"]]));
    }
    if (levels.length > 1) {
      controls.append(chooser("level", "level", [...levels.map((one) => [one, one]), ["", "all"]]));
    }
    const fold = make("input", { type: "checkbox", checked: true, onchange: (event) => {
      wanted.fold = event.target.checked;
      changed();
    } });
    const zoom = (step) => () => {
      const next = SIZES.indexOf(size) + step;
      size = SIZES[Math.max(0, Math.min(SIZES.length - 1, next))];
      layOut();
    };
    controls.append(
      make("label", { class: "check" }, fold, `one row for exposures of one ${second?.[0] ?? "program"} with the same memberships`),
      make("span", { class: "buttons" },
        make("button", { type: "button", "aria-label": "Smaller", onclick: zoom(-1) }, "−"),
        make("button", { type: "button", "aria-label": "Larger", onclick: zoom(1) }, "+")),
    );
    controls.addEventListener("submit", (event) => event.preventDefault());
    const found = new Set(associations.flatMap((one) => [...one.sizes.keys()]));
    const known = ROLES.map(([role]) => role);
    document.getElementById("legend").append(
      ...known.filter((role) => found.has(role)).map((role) => make("li", {}, roleMark(role), roleWords(role))),
      ...([...found].some((role) => !known.includes(role)) ? [make("li", {}, roleMark("further"), "other roles")] : []),
    );
    changed();
    frame.addEventListener("scroll", draw);
    frame.addEventListener("focus", () => { tell(); draw(); });
    frame.addEventListener("blur", () => { at.shown = false; draw(); });
    frame.addEventListener("pointermove", (event) => {
      const cell = cellAt(event);
      if (!cell) return;
      at = { ...cell, shown: true };
      tell();
      draw();
    });
    frame.addEventListener("pointerleave", () => { at.shown = false; draw(); });
    frame.addEventListener("click", (event) => {
      const cell = cellAt(event);
      if (cell) { at = cell; openCell(); }
    });
    frame.addEventListener("keydown", (event) => {
      const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1],
        PageDown: [20, 0], PageUp: [-20, 0], Home: [0, -columns.length], End: [0, columns.length] }[event.key];
      if (steps) { event.preventDefault(); move(...steps); }
      else if (event.key === "Enter") openCell();
    });
    new ResizeObserver(draw).observe(frame);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  };

  // For paper: everything at once, as large as fits.
  const whole = () => {
    const step = Math.max(0.5, Math.min(size, 480 / Math.max(columns.length, 1), 700 / Math.max(rows.length, 1)));
    const width = gutter.left + columns.length * step + 4;
    const height = gutter.top + rows.length * step + 4;
    paint(width, height, 0, 0, step);
    frame.style.height = `${height}px`;
    addEventListener("afterprint", layOut, { once: true });
  };

  return { start, draw, whole };
})();
