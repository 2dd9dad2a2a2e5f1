// @ts-check
/**
 * Brings charts to life when a reader turns to one: by pointer, tap, focus or key. Until then nothing is loaded. Then
 * Plotly takes the place of the drawing, in the same box, from the same figure. Whatever fails, the drawing stays.
 *
 * The page names the script: `<meta name="plotly" content="URL" data-integrity="sha384-…">`.
 *
 * @typedef {{data: any[], layout: any, config: any}} Spec a Plotly figure as src/chart/plotly.rs writes it
 * @typedef {{curve: number, point: number, x: number, group: string}} Spot one point of a figure
 */

/** @type {Promise<any> | undefined} */
let loading;

/** Loads Plotly's script, once. @returns {Promise<any>} */
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name=plotly]'));
    const script = document.createElement('script');
    script.src = meta?.content ?? '';
    script.integrity = meta?.dataset.integrity ?? '';
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error('Plotly did not load'));
    };
    document.head.append(script);
  });
  return loading;
}

/** @param {string} url @returns {Promise<Spec>} */
async function figureAt(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name @param {Partial<HTMLElementTagNameMap[K]>} [fields] @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(name, fields = {}, ...children) {
  const element = Object.assign(document.createElement(name), fields);
  element.append(...children);
  return element;
}

/** The lines of a point's text, which Plotly reads as HTML. @param {string} text */
function lines(text) {
  const plain = new DOMParser().parseFromString(text.replaceAll('<br>', '\n'), 'text/html');
  return (plain.body.textContent ?? '').split('\n');
}

/** A chart that its reader has turned to. */
class LiveChart {
  /** What the reader has chosen. */
  hidden = new Set();
  frontierOnly = false;
  pan = false;
  /** @type {{x: string, y: string}} */
  types = { x: '', y: '' };
  revision = 0;
  /** @type {Spot | undefined} */
  at;
  /** @type {HTMLElement | undefined} */
  pinned;

  /** @param {Stage} stage @param {any} Plotly @param {Spec} spec */
  constructor(stage, Plotly, spec) {
    this.stage = stage;
    this.Plotly = Plotly;
    this.spec = spec;
    this.scatter = stage.figure.dataset.kind === 'scatter';
    this.types = { x: spec.layout.xaxis.type, y: spec.layout.yaxis.type };
    /** @type {any} */
    this.plot = make('div', { className: 'chart-live', ariaHidden: 'true' });
  }

  async open() {
    this.stage.box.append(this.plot);
    await this.draw();
    if (this.plot.querySelector('.no-webgl')) {
      for (const trace of this.spec.data) trace.type = trace.type.replace('gl', '');
      this.Plotly.purge(this.plot);
      this.plot.textContent = '';
      await this.draw();
    }
    this.stage.box.classList.add('live');
    this.plot.on('plotly_click', (/** @type {any} */ event) => {
      const { curveNumber, pointNumber } = event.points[0];
      this.pin(this.spots().find((spot) => spot.curve === curveNumber && spot.point === pointNumber));
    });
    this.addTools();
    this.wakeLegend();
    const redraw = () => this.draw();
    new ResizeObserver(redraw).observe(this.stage.box);
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ['data-theme', 'class'] });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  }

  draw() {
    return this.Plotly.react(this.plot, [...this.traces(), ...this.ring()], this.layout(), this.spec.config);
  }

  /** The figure's traces in the colours of the page, and as visible as the reader wants. */
  traces() {
    const style = getComputedStyle(this.stage.figure);
    const slots = this.spec.layout.colorway;
    /** @param {any} color @returns {any} */
    const own = (color) =>
      Array.isArray(color) ? color.map(own) : style.getPropertyValue(`--series-${slots.indexOf(color) + 1}`).trim();
    const scale = Math.min(Math.max(this.stage.box.clientWidth / this.spec.layout.width, 0.65), 1.2);
    return this.spec.data.map((trace) => {
      const marker = { ...trace.marker, color: own(trace.marker.color), size: trace.marker.size * scale };
      if (trace.marker.opacity === 1) marker.line = { width: 1, color: style.getPropertyValue('--chart-background') };
      const visible = !this.hidden.has(trace.legendgroup) && !(this.frontierOnly && trace.showlegend === false);
      const hoverinfo = this.narrow() ? 'none' : trace.hoverinfo;
      return { ...trace, marker, visible, hoverinfo, line: trace.line && { ...trace.line, color: own(trace.line.color) } };
    });
  }

  /** The figure's layout at the size of its box, without the titles that the page already shows. */
  layout() {
    const { layout } = this.spec;
    const { box, figure } = this.stage;
    const scale = box.clientWidth / layout.width;
    const sized = (/** @type {Record<string, number>} */ m) => ({ ...m, l: m.l * scale, r: m.r * scale, t: m.t * scale, b: m.b * scale });
    const style = getComputedStyle(figure);
    const color = (/** @type {string} */ name) => style.getPropertyValue(`--chart-${name}`).trim();
    const label = box.querySelector('text');
    const size = label ? parseFloat(getComputedStyle(label).fontSize) * scale : 12;
    return {
      ...layout,
      title: undefined,
      showlegend: false,
      width: box.clientWidth,
      height: layout.height * scale,
      margin: sized(layout.margin),
      font: { size, color: color('muted'), family: style.fontFamily },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      hoverlabel: { bgcolor: color('background'), bordercolor: color('axis'), align: 'left', font: { size: 13, color: color('text'), family: style.fontFamily } },
      dragmode: this.pan ? 'pan' : matchMedia('(pointer: coarse)').matches ? false : 'zoom',
      uirevision: this.revision,
      xaxis: this.axis('x', color),
      yaxis: this.axis('y', color),
    };
  }

  /** @param {'x' | 'y'} name @param {(name: string) => string} color */
  axis(name, color) {
    const axis = this.spec.layout[`${name}axis`];
    const type = this.types[name];
    const change = type === axis.type ? {} : { type, range: undefined, autorange: true, rangemode: 'tozero', ...this.marks(name, type) };
    const ticklen = axis.ticklen && (axis.ticklen * this.stage.box.clientWidth) / this.spec.layout.width;
    const line = { showline: this.scatter && name === 'x', linecolor: color('axis'), zerolinecolor: color('axis') };
    return { ...axis, ...change, ...line, ticklen, title: undefined, gridcolor: color('grid') };
  }

  /** How an axis whose scale the reader has changed is marked; as in src/chart/plotly.rs. @param {'x' | 'y'} name @param {string} type */
  marks(name, type) {
    if (type !== 'log') return { nticks: undefined, tickformat: undefined };
    const values = this.spec.data.flatMap((trace) => trace[name]).filter((value) => value > 0);
    const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, 0]);
    const ticks = Math.round(Math.log10(most / least) / 0.45);
    return { nticks: Math.min(Math.max(ticks, 2), 6), tickformat: least < 1 ? '~g' : '~s' };
  }

  /** Whether there is too little room for a hover label beside the points. */
  narrow() {
    return this.stage.box.clientWidth < 500;
  }

  /** A ring around the point that the reader is at. */
  ring() {
    if (!this.at || !this.scatter) return [];
    const { curve, point } = this.at;
    const { x, y } = this.spec.data[curve];
    const color = getComputedStyle(this.stage.figure).getPropertyValue('--chart-text').trim();
    const marker = { symbol: 'circle-open', size: 18, color, line: { width: 2 } };
    return [{ type: 'scatter', mode: 'markers', x: [x[point]], y: [y[point]], marker, hoverinfo: 'skip' }];
  }

  addTools() {
    const { tools } = this.stage;
    tools.textContent = '';
    /** @param {string} name @param {() => boolean | void} act @param {boolean} [on] */
    const button = (name, act, on) => {
      const it = make('button', { type: 'button', textContent: name });
      if (on !== undefined) it.ariaPressed = String(on);
      it.onclick = () => {
        const pressed = act();
        if (typeof pressed === 'boolean') it.ariaPressed = String(pressed);
        this.draw();
      };
      tools.append(it);
    };
    if (this.spec.data.some((trace) => trace.showlegend === false)) {
      button('Frontier only', () => (this.frontierOnly = !this.frontierOnly), this.frontierOnly);
    }
    if (this.scatter) {
      for (const name of /** @type {const} */ (['x', 'y'])) {
        button(`Log ${name}`, () => {
          this.types[name] = this.types[name] === 'log' ? 'linear' : 'log';
          this.revision += 1;
          return this.types[name] === 'log';
        }, this.types[name] === 'log');
      }
      button('Pan', () => (this.pan = !this.pan), this.pan);
      button('Reset', () => this.reset());
    }
    button('PNG', () => this.download());
  }

  reset() {
    const { layout } = this.spec;
    this.types = { x: layout.xaxis.type, y: layout.yaxis.type };
    this.hidden.clear();
    this.frontierOnly = this.pan = false;
    this.revision += 1;
    this.unpin();
    const before = document.activeElement?.textContent;
    this.addTools();
    this.showLegend();
    [...this.stage.tools.querySelectorAll('button')].find((button) => button.textContent === before)?.focus();
  }

  /** A picture with what the page shows around the chart: title, axis titles, legend. */
  download() {
    const { layout } = this.spec;
    const style = getComputedStyle(this.stage.figure);
    const paper = style.getPropertyValue('--chart-background').trim();
    const whole = { ...this.layout(), title: layout.title, showlegend: layout.showlegend, paper_bgcolor: paper, plot_bgcolor: paper };
    whole.margin = this.scatter ? { l: 80, r: 30, t: 70, b: 70 } : { ...layout.margin, t: 70, b: 50 };
    whole.font = { ...whole.font, size: 14, color: style.getPropertyValue('--chart-text').trim() };
    whole.legend = { orientation: 'h', y: -0.15 };
    for (const name of ['xaxis', 'yaxis']) {
      whole[name] = { ...whole[name], title: layout[name].title, range: this.plot._fullLayout[name].range, autorange: false };
    }
    const options = { format: 'png', width: 1200, height: 800, filename: this.stage.figure.id };
    this.Plotly.downloadImage({ data: this.traces(), layout: whole }, options);
  }

  /** Makes the legend's entries buttons: one press hides or shows a series, shift or a double click shows it alone. */
  wakeLegend() {
    for (const item of this.stage.legend()) {
      const key = item.dataset.series;
      const button = make('button', { type: 'button', title: 'Hide or show; with Shift: show alone' }, ...item.childNodes);
      button.onclick = (event) => (event.shiftKey ? this.solo(key) : this.toggle(key));
      button.ondblclick = () => this.solo(key);
      item.append(button);
    }
    this.showLegend();
  }

  showLegend() {
    for (const item of this.stage.legend()) {
      const button = item.querySelector('button');
      if (button) button.ariaPressed = String(!this.hidden.has(item.dataset.series));
    }
  }

  /** @param {string | undefined} key */
  toggle(key) {
    if (!this.hidden.delete(key)) this.hidden.add(key);
    this.showLegend();
    this.draw();
  }

  /** @param {string | undefined} key */
  solo(key) {
    const others = this.spec.data.map((trace) => trace.legendgroup).filter((group) => group !== key);
    const alone = !this.hidden.has(key) && others.every((group) => this.hidden.has(group));
    this.hidden = new Set(alone ? [] : others);
    this.showLegend();
    this.draw();
  }

  /** The visible points in walking order: series by series, each from left to right. @returns {Spot[]} */
  spots() {
    /** @type {Spot[]} */
    const spots = [];
    this.traces().forEach((trace, curve) => {
      if (!trace.visible) return;
      const group = trace.legendgroup ?? '';
      trace.x.forEach((/** @type {number} */ x, /** @type {number} */ point) => spots.push({ curve, point, x, group }));
    });
    if (!this.scatter) {
      const rows = this.spec.layout.yaxis.categoryarray;
      const row = (/** @type {Spot} */ spot) => rows.indexOf(this.spec.data[spot.curve].y[spot.point]);
      return spots.sort((a, b) => row(b) - row(a));
    }
    const order = [...new Set(this.spec.data.map((trace) => trace.legendgroup))];
    return spots.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.x - b.x);
  }

  /** @param {string} key @returns {boolean} whether the key meant something here */
  press(key) {
    const spots = this.spots();
    const now = spots.findIndex((spot) => spot.curve === this.at?.curve && spot.point === this.at?.point);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
    if (key === 'Escape') this.leave();
    else if (key === 'Enter' && this.at) location.href = this.href(this.at);
    else if (key === ' ' && this.at) this.pin(this.at);
    else if (key === 'Home') this.go(spots[0]);
    else if (key === 'End') this.go(spots.at(-1));
    else if (step && now < 0) this.go(spots[0]);
    else if (step && this.scatter && key !== 'ArrowRight' && key !== 'ArrowLeft') this.go(this.nearest(spots, spots[now], step));
    else if (step) this.go(spots[Math.min(Math.max(now + step, 0), spots.length - 1)]);
    else return false;
    return true;
  }

  /** The point of the next series that is nearest across. @param {Spot[]} spots @param {Spot} from @param {number} step */
  nearest(spots, from, step) {
    const groups = [...new Set(spots.map((spot) => spot.group))];
    const next = groups[(groups.indexOf(from.group) + step + groups.length) % groups.length];
    const across = (/** @type {Spot} */ spot) => Math.abs(spot.x - from.x);
    return spots.filter((spot) => spot.group === next).sort((a, b) => across(a) - across(b))[0];
  }

  /** @param {Spot | undefined} spot */
  async go(spot) {
    if (!spot) return;
    if (this.pinned || this.narrow()) return this.pin(spot);
    this.at = spot;
    this.stage.say(this.words(spot).join(', '));
    await this.draw();
    this.Plotly.Fx.hover(this.plot, [{ curveNumber: spot.curve, pointNumber: spot.point }]);
  }

  leave() {
    this.unpin();
    this.Plotly.Fx.unhover(this.plot);
    this.stage.say('');
  }

  /** @param {Spot} spot */
  words(spot) {
    const trace = this.spec.data[spot.curve];
    return lines((trace.hovertext ?? trace.text)[spot.point]);
  }

  /** @param {Spot} spot @returns {string} */
  href(spot) {
    const trace = this.spec.data[spot.curve];
    return (trace.customdata ?? trace.ids)[spot.point];
  }

  /** Keeps a point's configuration on the chart, with a link to its measurement. @param {Spot | undefined} spot */
  pin(spot) {
    if (!spot) return;
    this.unpin();
    this.at = spot;
    this.Plotly.Fx.unhover(this.plot);
    const link = make('a', { href: this.href(spot), textContent: this.scatter ? 'Open the measurement' : 'Open the page' });
    const close = make('button', { type: 'button', textContent: 'Close' });
    close.onclick = () => {
      this.leave();
      this.stage.box.focus();
    };
    const words = this.words(spot).map((line) => make('p', { textContent: line }));
    this.pinned = make('div', { className: 'chart-pin', role: 'group', ariaLabel: 'Pinned point' }, ...words, make('p', { className: 'chart-actions' }, link, close));
    const axis = this.plot._fullLayout.xaxis;
    const right = axis.c2p(axis.d2c(spot.x)) < axis._length / 2;
    Object.assign(this.pinned.style, right ? { right: '0', top: '0' } : { left: '0', top: '0' });
    this.stage.box.append(this.pinned);
    this.draw();
    this.stage.say(this.words(spot).join(', '));
  }

  unpin() {
    this.pinned?.remove();
    this.pinned = this.at = undefined;
    this.draw();
  }
}

/** A figure in the page, and its parts. */
class Stage {
  /** @type {Promise<LiveChart | undefined> | undefined} */
  live;

  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.figure = figure;
    this.box = /** @type {HTMLElement} */ (figure.querySelector('.chart-box'));
    this.tools = /** @type {HTMLElement} */ (figure.querySelector('.chart-tools'));
    this.said = make('p', { className: 'chart-said', role: 'status' });
    this.box.after(this.said);
    this.box.tabIndex = 0;
    this.box.setAttribute('role', 'application');
    const title = figure.querySelector('.chart-title')?.textContent ?? '';
    this.box.ariaLabel = `Chart: ${title}. Arrow keys go from point to point, Space pins one, Enter opens it, Escape leaves.`;
    this.tools.textContent = 'Tap or point at the chart to explore it.';
    this.box.addEventListener('pointerenter', (event) => event.pointerType !== 'touch' && this.wake());
    this.box.addEventListener('click', () => this.wake());
    this.box.addEventListener('focus', () => this.wake());
    this.box.addEventListener('keydown', (event) => this.key(event));
  }

  /** @returns {HTMLElement[]} the legend's entries */
  legend() {
    return [...this.figure.querySelectorAll('.chart-legend > li')].map((item) => /** @type {HTMLElement} */ (item)).filter((item) => item.dataset.series);
  }

  /** @param {string} words */
  say(words) {
    this.said.textContent = words;
  }

  /** Loads the live chart, once; after a failure the next turn to the chart tries again. */
  wake() {
    this.live ??= this.load().catch(() => {
      this.live = undefined;
      this.tools.textContent = 'The interactive chart did not load. The picture, the table and the downloads are complete.';
      this.say(this.tools.textContent);
      return undefined;
    });
    return this.live;
  }

  async load() {
    const [Plotly, spec] = await Promise.all([plotly(), figureAt(this.figure.dataset.figure ?? '')]);
    const live = new LiveChart(this, Plotly, spec);
    await live.open().catch((/** @type {unknown} */ error) => {
      live.plot.remove();
      throw error;
    });
    return live;
  }

  /** @param {KeyboardEvent} event */
  async key(event) {
    const ours = ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'Enter', ' ', 'Escape'];
    if (event.ctrlKey || event.altKey || event.metaKey || !ours.includes(event.key)) return;
    if (event.target !== this.box && event.key !== 'Escape') return;
    event.preventDefault();
    const fromPin = event.target !== this.box;
    (await this.wake())?.press(event.key);
    if (fromPin) this.box.focus();
  }
}

for (const figure of document.querySelectorAll('figure.chart[data-figure]')) {
  new Stage(/** @type {HTMLElement} */ (figure));
}
