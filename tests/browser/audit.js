// What is wrong with a page for those who do not see it, or see it badly: names, roles, references, contrast.
() => {
  const faults = [];
  const isSeen = (node) => node.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && node.getClientRects().length > 0;
  const told = (node) => `${node.tagName.toLowerCase()}#${node.id}.${node.className}: ${node.textContent.slice(0, 30)}`;

  const name = (node) => {
    const by = node.getAttribute("aria-labelledby");
    if (by) return by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const own = node.getAttribute("aria-label") ?? [...(node.labels ?? [])].map((one) => one.textContent).join(" ");
    return own || node.textContent || node.title || "";
  };
  for (const node of document.querySelectorAll("a, button, input, select, textarea, summary, [role=tab], [role=region], [role=tabpanel], nav, section")) {
    if (isSeen(node) && !name(node).trim()) faults.push(`no name: ${told(node)}`);
  }
  for (const node of document.querySelectorAll("img:not([alt])")) faults.push(`no alternative: ${told(node)}`);

  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of ids.filter((one, at) => ids.indexOf(one) !== at)) faults.push(`two have the id ${id}`);
  for (const kind of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const node of document.querySelectorAll(`[${kind}]`)) {
      for (const id of node.getAttribute(kind).split(" ")) if (!ids.includes(id)) faults.push(`${kind} of nothing: ${id}`);
    }
  }
  for (const list of document.querySelectorAll("[role=tablist]")) {
    const chosen = [...list.children].filter((node) => node.getAttribute("aria-selected") === "true");
    if (chosen.length !== 1 || chosen[0].tabIndex !== 0) faults.push("tabs need one that is chosen and can be reached");
  }
  for (const node of document.querySelectorAll("th:not([scope])")) faults.push(`a head of what: ${told(node)}`);
  for (const node of document.querySelectorAll("[onclick], [onload], [onerror], [style*=expression]")) faults.push(`inline: ${told(node)}`);
  if (!document.documentElement.lang) faults.push("no language");
  if (document.querySelectorAll("h1").length !== 1 || document.querySelectorAll("main").length !== 1) faults.push("one h1 and one main");

  // --- contrast (WCAG 2.2, 1.4.3)
  const parse = (text) => {
    const numbers = text.match(/-?[\d.]+(?:e-?\d+)?/g).map(Number);
    const [r, g, b, a = 1] = text.startsWith("color(") ? [...numbers.slice(0, 3).map((one) => one * 255), numbers[3] ?? 1] : numbers;
    return [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3]));
  const ground = (node) => {
    const layers = [];
    for (let one = node; one; one = one.parentElement) layers.push(parse(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [more, less] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const opacity = (node) => {
    let whole = 1;
    for (let one = node; one; one = one.parentElement) whole *= Number(getComputedStyle(one).opacity);
    return whole;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let checked = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !isSeen(node) || node.closest("textarea, :disabled, option, noscript, .sr, .skip")) continue;
    const below = ground(node);
    const colour = parse(getComputedStyle(node).color);
    const ratio = contrast(over([...colour.slice(0, 3), colour[3] * opacity(node)], below), below);
    checked += 1;
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${told(node)}`);
  }
  if (checked < 20) faults.push(`only ${checked} texts were looked at`);
  return faults;
}
