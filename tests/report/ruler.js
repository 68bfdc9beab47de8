// Measures the framed page once it is there, and writes what it found as JSON.
const frame = document.querySelector("iframe");
frame.addEventListener("load", () => {
  const page = frame.contentDocument, view = frame.contentWindow, wide = page.documentElement;
  const all = [...page.body.querySelectorAll("*")];
  const seen = (e) => !e.closest(".skip, title") && e.getClientRects().length > 0;
  const name = (e) => `${e.tagName} ${e.textContent.trim().slice(0, 40)}`;

  const light = (rgb) => rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {  // as the screen shows it, whatever the notation
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ratio = (one, other) => {
    const [a, b] = [light(one.slice(0, 3)), light(other.slice(0, 3))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const behind = (e) => {  // a mark under a label of a picture, or else the nearest background
    const under = e.tagName === "text" && e.classList.contains("on") && e.previousElementSibling;
    if (under) return rgb(view.getComputedStyle(under).fill);
    for (let at = e; at; at = at.parentElement) {
      const found = rgb(view.getComputedStyle(at).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const written = all.filter((e) => seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  const front = (e) => view.getComputedStyle(e)[e.tagName === "text" ? "fill" : "color"];
  const shapes = [...page.querySelectorAll("svg rect, svg circle")].filter(seen);

  document.getElementById("measured").textContent = JSON.stringify({
    inner: view.innerWidth,
    width: wide.clientWidth,
    content: wide.scrollWidth,
    beyond: all.filter((e) => seen(e) && e.getBoundingClientRect().right > wide.clientWidth + 0.5).map(name),
    parts: [...page.querySelectorAll("section")].filter((e) => e.getBoundingClientRect().height > 60).map((e) => e.id),
    pictures: page.querySelectorAll("svg").length,
    empty: [...page.querySelectorAll("svg")].filter((e) => !(e.getBBox().width > 0 && e.getBoundingClientRect().width > 40)).map(name),
    shapes: shapes.length,
    smallest: Math.min(...written.map((e) => parseFloat(view.getComputedStyle(e).fontSize))),
    pale: written.map((e) => [ratio(rgb(front(e)), behind(e)), e]).filter(([r]) => r < 4.5).map(([r, e]) => `${r.toFixed(2)} ${name(e)}`),
    faint: shapes.map((e) => [ratio(rgb(view.getComputedStyle(e).fill), behind(e)), e]).filter(([r]) => r < 3).map(([r, e]) => `${r.toFixed(2)} ${e.className.baseVal}`),
    paper: rgb(view.getComputedStyle(page.body).backgroundColor),
    links: [...page.querySelectorAll("a[href^='#']")].filter((a) => !page.querySelector(a.getAttribute("href"))).map(name),
  });
});
