// Status page of the U-Alarm – Milestone connector. No build step: edit and reload.
// Whatever comes from the API goes into the page as text, never as HTML.

const FEW = { alarms: 15, cameras: 12 };   // rows shown before "Show all": two columns of like height
const CAMERA_LIMIT = 200;  // cameras asked for at once; the search is the server's
const LETTER_LIMIT = 200;  // dead letters shown at once
const ALARM_STEPS = [50, 200];

const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------- words and times

const STATE = { running: ['✓', 'Running'], pending: ['…', 'Pending'], stopped: ['!', 'Stopped'] };
const ALARM_STATE = { delivered: 'Delivered', waiting: 'Waiting', dead: 'Dead letter' };
const TARGET = { event: 'XProtect event', alarm: 'XProtect alarm', mail: 'Mail', unmatched: 'Camera not matched' };
const AGAIN = { event: 'as XProtect event', alarm: 'as XProtect alarm', mail: 'by mail', unmatched: 'camera looked up again' };
const RESULT = { stored: 'Stored', delivered: 'Delivered', later: 'Later', dead: 'Gave up', late: 'Late', seen: 'Seen by XProtect', unseen: 'Not seen by XProtect', replayed: 'Replayed', discarded: 'Deleted' };
const TRIGGER = { rest: 'REST', xml: 'Analytics XML' };
const word = (words, key) => words[key] ?? (key ? String(key) : '–');

const number = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const fine = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const today = () => new Date().toDateString();
const count = (n, one, many = one + 's') => `${number.format(n ?? 0)} ${n === 1 ? one : many}`;

function when(iso, format = clock) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return String(iso);
  const time = format.format(date);
  if (date.toDateString() === today()) return time;
  return `${(date.getFullYear() === new Date().getFullYear() ? day : dayOfYear).format(date)}, ${time}`;
}

function span(seconds) {
  const s = Math.max(0, Math.round(seconds ?? 0));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

// ---------------------------------------------------------------- building the page

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function text(node, value) {
  const next = value ?? '';
  if (node.textContent !== next) node.textContent = next;
}

function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

function time(node, iso, none = '–', format = clock) {
  text(node, iso ? when(iso, format) : none);
  attribute(node, 'datetime', iso || null);
  attribute(node, 'title', iso || null);
}

/** A list whose rows are made once and touched only when their item changed, so focus and selection stay. */
function rows(list, keyOf, create) {
  const known = new Map();
  let first = true;
  return (items, { shown = Infinity, fresh = false } = {}) => {
    const wanted = new Map();
    for (const item of items) {
      let key = keyOf(item);
      while (wanted.has(key)) key += '+';
      wanted.set(key, item);
    }
    for (const [key, row] of known) {
      if (wanted.has(key)) continue;
      const focused = row.node.contains(document.activeElement);
      const neighbour = row.node.nextElementSibling ?? row.node.previousElementSibling;
      row.node.remove();
      known.delete(key);
      if (focused) (neighbour?.querySelector('button') ?? list.closest('[tabindex="-1"]'))?.focus({ preventScroll: true });
    }
    let cursor = list.firstElementChild;
    let index = 0;
    for (const [key, item] of wanted) {
      const mark = today() + JSON.stringify(item);
      let row = known.get(key);
      if (!row) {
        row = create(item);
        if (fresh && !first) row.node.classList.add('fresh');
        known.set(key, row);
      }
      if (row.mark !== mark) {
        row.mark = mark;
        row.update(item);
      }
      if (row.node === cursor) cursor = cursor.nextElementSibling;
      else list.insertBefore(row.node, cursor);
      const hide = index++ >= shown;
      if (row.node.hidden !== hide) row.node.hidden = hide;
    }
    first = false;
  };
}

/** Says a change to a screen reader. */
function announce(message, node = $('announce')) {
  node.textContent = '';
  setTimeout(() => { node.textContent = message; }, 60);
}

let noticeTimer;
function notice(message, kind = 'bad') {
  clearTimeout(noticeTimer);
  const box = $('notice');
  box.dataset.kind = kind;
  box.hidden = false;
  $('notice-text').textContent = message;
  if (kind === 'good') noticeTimer = setTimeout(() => { box.hidden = true; }, 6000);
}
$('notice-close').addEventListener('click', () => { $('notice').hidden = true; });

function problem(id, error) {
  text($(id), error ? error.message : '');
  $(id).hidden = !error;
}

// ---------------------------------------------------------------- the API

class Unreachable extends Error {}
class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function api(path, { method = 'GET', body } = {}) {
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-Requested-With'] = 'console';
  if (body) headers['Content-Type'] = 'application/json';
  let response;
  let answer;
  try {
    response = await fetch(`api/${path}`, {
      method, headers, body: body && JSON.stringify(body), cache: 'no-store', signal: AbortSignal.timeout(15000),
    });
    answer = await response.text();
  } catch {
    throw new Unreachable('The connector does not answer. Is its service running? See its log on the machine it runs on.');
  }
  let json = null;
  try { json = answer ? JSON.parse(answer) : null; } catch { /* told below */ }
  if (!response.ok) {
    throw new Refused(response.status, json?.error?.code ?? '',
      json?.error?.message ?? `The connector answered ${response.status}. Its log says why.`);
  }
  if (answer && json === null) throw new Refused(response.status, '', 'The answer is not JSON. Does another program stand between this browser and the connector?');
  return json;
}

/** Works at once and then every so often, never twice at a time, and only while the tab is seen. That the connector is away, the status says. */
function poll(work, every, problemId) {
  let timer;
  let busy = false;
  let again = false;
  async function now() {
    if (busy) { again = true; return; }
    clearTimeout(timer);
    busy = true;
    try {
      await work();
    } catch (error) {
      if (error instanceof Refused) problem(problemId, error);
      else if (!(error instanceof Unreachable)) console.error(error);
    } finally {
      busy = false;
    }
    if (again) { again = false; now(); } else if (!document.hidden) timer = setTimeout(now, every);
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : now()));
  return now;
}

function debounce(work, millis = 200) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, millis);
  };
}

// ---------------------------------------------------------------- copying

function copyButton(of, label = 'Copy', what = '') {
  return dressCopy(el('button', { type: 'button', class: 'copy' }), of, label, what);
}

function dressCopy(button, of, label, what) {
  button.replaceChildren(el('span', { class: 'word' }, label), el('span', { class: 'done', 'aria-hidden': 'true' }, 'Copied'));
  if (what) button.setAttribute('aria-label', `${label} ${what}`);
  let timer;
  button.addEventListener('click', async () => {
    if (!await copy(of(), button)) return;
    button.dataset.copied = '';
    announce('Copied', button.closest('#trace') ? $('trace-live') : undefined);
    clearTimeout(timer);
    timer = setTimeout(() => delete button.dataset.copied, 1500);
  });
  return button;
}

async function copy(value, button) {
  try {
    await navigator.clipboard.writeText(value);   // missing on http hosts other than localhost
    return true;
  } catch { /* the old way */ }
  const field = el('textarea', { class: 'sr', readonly: '', 'aria-hidden': 'true' });
  field.value = value;
  (button.closest('dialog') ?? document.body).append(field);
  field.select();
  let done = false;
  try { done = document.execCommand('copy'); } catch { /* by hand */ }
  field.remove();
  button.focus({ preventScroll: true });
  if (!done) {
    $('by-hand-text').value = value;
    $('by-hand').showModal();
    $('by-hand-text').select();
  }
  return done;
}
$('by-hand-close').addEventListener('click', () => $('by-hand').close());

// ---------------------------------------------------------------- sites and intake

const CHECK = 'java -jar ualarm-milestone-connector.jar check';
let status = null;
let lastSeen = null;
const lastStates = new Map();

function fact(list, label) {
  const dd = el('dd');
  list.append(el('dt', {}, label), dd);
  return dd;
}

const drawSites = rows($('site-cards'), (site) => site.name, (site) => {
  const lamp = el('span', { class: 'lamp', 'aria-hidden': 'true' });
  const stateWord = el('span');
  const url = el('p', { class: 'url muted' });
  const reason = el('p', { class: 'reason' });
  const remedy = el('p', { class: 'remedy' });
  const facts = el('dl', { class: 'facts' });
  const xprotect = fact(facts, 'XProtect');
  const trigger = fact(facts, 'Trigger');
  const cameras = fact(facts, 'Cameras');
  const waiting = fact(facts, 'Waiting');
  const dead = fact(facts, 'Dead letters');
  const delivered = el('time');
  fact(facts, 'Last delivery').append(delivered);
  const token = el('time');
  fact(facts, 'Login valid until').append(token);
  const again = el('button', { type: 'button', class: 'again small', 'aria-label': `Ask XProtect of ${site.name} again` }, 'Ask XProtect again');
  again.addEventListener('click', async () => {
    try {
      await api(`sites/${encodeURIComponent(site.name)}/read`, { method: 'POST', body: {} });
      notice(`XProtect of ${site.name} is being asked; what waits for it is tried again.`, 'good');
      setTimeout(pollStatus, 1500);
    } catch (error) {
      notice(error.message);
    }
  });
  let isStopped = false;
  const halt = el('button', { type: 'button', class: 'halt small' });
  halt.addEventListener('click', () => {
    const verb = isStopped ? 'start' : 'stop';
    const act = async () => {
      await api(`sites/${encodeURIComponent(site.name)}/${verb}`, { method: 'POST', body: {} });
      setTimeout(pollStatus, 500);
    };
    if (isStopped) act().catch((error) => notice(error.message));
    else {
      ask({
        title: `Stop the delivery of ${site.name}?`,
        lead: 'Alarms are taken and kept, but neither XProtect nor anybody by mail gets them until it is started again. A restart of the connector starts it.',
        lines: [],
        yes: 'Stop',
        danger: true,
        act,
      });
    }
  });
  const node = el('article', { class: 'site', 'data-site': site.name, 'aria-label': `Site ${site.name}` },
    el('div', { class: 'site-head' }, el('h3', {}, site.name), el('p', { class: 'light' }, lamp, stateWord)),
    url, el('div', { class: 'texts' }, reason, remedy), facts, el('div', { class: 'row-buttons' }, again, halt));
  return {
    node,
    update(s) {
      attribute(node, 'data-state', s.state);
      isStopped = s.stoppedByHand === true;
      text(halt, isStopped ? 'Start delivery' : 'Stop delivery');
      attribute(halt, 'aria-label', `${isStopped ? 'Start' : 'Stop'} delivery of ${s.name}`);
      text(lamp, STATE[s.state]?.[0] ?? '?');
      text(stateWord, STATE[s.state]?.[1] ?? s.state);
      text(url, s.url);
      text(reason, s.reason || (s.state === 'running' ? 'Alarms go through.' : 'No reason was given.'));
      if (s.state === 'running') remedy.replaceChildren();
      else remedy.replaceChildren('What to do: ', s.state === 'pending'
        ? 'wait a minute, alarms are kept meanwhile. If it stays, the command '
        : 'mend the cause, alarms are kept meanwhile. The command ', el('code', { title: CHECK }, 'check'), ' names cause and remedy.');
      remedy.hidden = s.state === 'running';
      text(xprotect, [s.productVersion, s.edition].filter(Boolean).join(' ') || '–');
      text(trigger, word(TRIGGER, s.trigger));
      text(cameras, number.format(s.cameras ?? 0));
      text(waiting, s.waiting ? `${number.format(s.waiting)}, oldest ${span(s.oldestWaitingSeconds)}` : '0');
      attribute(waiting, 'data-warn', s.waiting ? '' : null);
      if (s.deadLetters) dead.replaceChildren(el('a', { href: '#dead-letters' }, number.format(s.deadLetters)));
      else text(dead, '0');
      attribute(dead, 'data-bad', s.deadLetters ? '' : null);
      time(delivered, s.lastDeliveredAt, 'none yet');
      time(token, s.tokenExpiresAt, 'not logged in');
    },
  };
});

const drawTargets = rows($('target-urls'), (url) => url, (url) => ({
  node: el('li', {}, el('code', {}, url), copyButton(() => url, 'Copy', url)),
  update() {},
}));

const intakeFacts = {};
for (const [key, label] of [['accepted', 'Accepted'], ['rejected', 'Rejected'], ['duplicates', 'Duplicates'], ['unmatched', 'Waiting for a known camera'], ['lastAlarmAt', 'Last alarm'], ['lastHeartbeatAt', 'Last heartbeat']]) {
  const dd = fact($('intake-facts'), label);
  intakeFacts[key] = key.startsWith('last') ? dd.appendChild(el('time')) : dd;
}

function drawStatus() {
  const sites = status.sites ?? [];
  const intake = status.intake ?? {};
  text($('version'), `Version ${status.version ?? '–'}, up ${span(status.uptimeSeconds)}`);
  drawSites(sites);
  $('sites-empty').hidden = sites.length > 0;
  const ill = sites.filter((site) => site.state !== 'running').length;
  text($('sites-summary'), sites.length === 0 ? '' : ill === 0 ? (sites.length === 1 ? 'Running' : `All ${sites.length} running`) : `${ill} of ${sites.length} not running`);
  const title = (ill ? `(${ill} not running) ` : '') + 'U-Alarm – Milestone connector';
  if (document.title !== title) document.title = title;
  for (const site of sites) {
    const before = lastStates.get(site.name);
    if (before && before !== site.state) announce(`Site ${site.name} is now ${site.state}. ${site.reason ?? ''}`);
    lastStates.set(site.name, site.state);
  }

  drawTargets(intake.targetUrls ?? []);
  for (const key of ['accepted', 'rejected', 'duplicates']) text(intakeFacts[key], number.format(intake[key] ?? 0));
  text(intakeFacts.unmatched, number.format(status.unmatched ?? 0));
  attribute(intakeFacts.unmatched, 'data-warn', status.unmatched ? '' : null);
  for (const key of ['lastAlarmAt', 'lastHeartbeatAt']) time(intakeFacts[key], intake[key], 'none yet');

  const select = $('alarm-site');
  const names = sites.map((site) => site.name);
  if ([...select.options].slice(1).map((option) => option.value).join('\n') !== names.join('\n')) {
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...names.map((name) => el('option', { value: name }, name)));
    select.value = names.includes(chosen) ? chosen : '';
  }
}

const pollStatus = poll(async () => {
  const live = $('live');
  try {
    status = await api('status');
    lastSeen = new Date();
    if (live.dataset.live === 'offline') {
      announce('The connector answers again');
      pollAlarms();
      pollCameras();
      pollLetters();
    }
    live.dataset.live = 'live';
    text(live.querySelector('.live-text'), 'Live');
    problem('offline', null);
  } catch (error) {
    live.dataset.live = 'offline';
    text(live.querySelector('.live-text'), 'Offline');
    problem('offline', { message: error.message + (lastSeen ? ` What you see is from ${clock.format(lastSeen)}.` : '') });
    return;
  }
  drawStatus();
}, 2000);

// ---------------------------------------------------------------- alarms

let alarms = [];
let alarmsExpanded = 0;       // how often "Show more" was pressed
let alarmsDrawnFor = null;
let knownAlarms = null;
let toldAlarmsAt = 0;

const drawAlarms = rows($('alarm-list'), (a) => [a.id, a.site, a.camera].join('\n'), (alarm) => {
  const title = el('span', { class: 'title' });
  const at = el('time', { class: 'sub' });
  const where = el('span', { class: 'sub' });
  const state = el('span', { class: 'state' });
  const open = el('button', { type: 'button', class: 'open', 'aria-haspopup': 'dialog' }, title, at, where, state);
  open.addEventListener('click', () => openTrace(alarm.id, title.textContent));
  return {
    node: el('li', { class: 'alarm', 'data-alarm': alarm.id }, open),
    update(a) {
      text(title, a.name || 'Alarm');
      time(at, a.time || a.receivedAt);
      attribute(at, 'title', `${a.time ?? '–'}, received ${a.receivedAt ?? '–'}`);
      text(where, [a.cameraName || a.camera, a.site].filter(Boolean).join(' · '));
      attribute(where, 'title', a.camera || null);
      text(state, word(ALARM_STATE, a.state));
      attribute(state, 'data-state', a.state);
    },
  };
});

function alarmQuery() {
  const query = new URLSearchParams({ limit: ALARM_STEPS[alarmsExpanded > 1 ? 1 : 0] });
  const q = $('alarm-q').value.trim();
  if (q) query.set('q', q);
  if ($('alarm-site').value) query.set('site', $('alarm-site').value);
  for (const [name, id] of [['from', 'alarm-from'], ['to', 'alarm-to']]) {
    const date = new Date($(id).value);
    if ($(id).value && !Number.isNaN(date.getTime())) query.set(name, date.toISOString());
  }
  return query;
}

function showAlarms(query) {
  const filtered = query.size > 1;
  const shown = alarmsExpanded ? Infinity : FEW.alarms;
  drawAlarms(alarms, { shown, fresh: alarmsDrawnFor === query.toString() });
  const full = alarms.length >= Number(query.get('limit'));
  text($('alarms-summary'), filtered && alarms.length ? `${alarms.length}${full ? ' or more' : ''} found` : '');
  $('alarms-empty').hidden = alarms.length > 0;
  text($('alarms-empty'), filtered ? 'No alarm matches the filter.' : 'No alarm yet. Press “Test alarm” beside a camera to raise one.');
  const more = $('alarms-more');
  if (alarmsExpanded === 0 && alarms.length > FEW.alarms) { more.hidden = false; text(more, full ? `Show ${alarms.length}` : `Show all ${alarms.length}`); }
  else if (alarmsExpanded === 1 && full) { more.hidden = false; text(more, `Show ${ALARM_STEPS[1]}`); }
  else more.hidden = true;

  if (alarmsDrawnFor === query.toString() && knownAlarms) {
    const fresh = alarms.filter((alarm) => !knownAlarms.has(alarm.id));
    if (fresh.length && Date.now() - toldAlarmsAt > 10000) {   // not more often: a reader must get through
      toldAlarmsAt = Date.now();
      announce(fresh.length === 1 ? `New alarm: ${fresh[0].name}, ${fresh[0].cameraName || fresh[0].camera}` : `${fresh.length} new alarms`);
    }
  }
  knownAlarms = new Set(alarms.map((alarm) => alarm.id));
  alarmsDrawnFor = query.toString();
}

const pollAlarms = poll(async () => {
  const query = alarmQuery();
  const answer = await api(`alarms?${query}`);
  if (query.toString() !== alarmQuery().toString()) return;   // typed on meanwhile
  alarms = answer ?? [];
  problem('alarms-problem', null);
  showAlarms(query);
}, 2000, 'alarms-problem');

$('alarm-filter').addEventListener('submit', (event) => { event.preventDefault(); pollAlarms(); });
$('alarm-filter').addEventListener('input', debounce(() => pollAlarms()));
$('alarm-clear').addEventListener('click', () => {
  $('alarm-from').value = '';
  $('alarm-to').value = '';
  pollAlarms();
});
$('alarms-more').addEventListener('click', () => { alarmsExpanded++; showMore('alarm-list', () => { showAlarms(alarmQuery()); pollAlarms(); }); });

/** Shows more rows and puts the focus on the first of them, since the button may go. */
function showMore(id, draw) {
  const before = [...$(id).children].filter((row) => !row.hidden).length;
  draw();
  ($(id).children[before] ?? $(id).lastElementChild)?.querySelector('button')?.focus({ preventScroll: true });
}

// ---------------------------------------------------------------- cameras

let cameras = [];
let camerasExpanded = false;

const drawCameras = rows($('camera-list'), (c) => [c.site, c.id].join('\n'), (camera) => {
  const name = el('span', { class: 'title' });
  const site = document.createTextNode('');
  const last = el('time');
  const lost = el('span', { class: 'sub lost' });
  const test = el('button', { type: 'button', class: 'test-alarm', 'aria-haspopup': 'dialog' }, 'Test alarm');
  test.addEventListener('click', () => raiseTest(camera, name.textContent, test));
  const copyGuid = copyButton(() => camera.id, 'Copy GUID', `of ${camera.name}`);
  return {
    node: el('li', { class: 'camera', 'data-camera': camera.id },
      el('div', {}, name, el('code', { class: 'guid' }, camera.id), el('span', { class: 'sub' }, site, last), lost),
      el('div', { class: 'row-buttons' }, copyGuid, test)),
    update(c) {
      text(name, c.name || c.id);
      text(site, `${c.site} · ${c.lastAlarmAt ? 'last alarm ' : ''}`);
      time(last, c.lastAlarmAt, 'no alarm yet');
      text(lost, c.noConnectionSince ? `XProtect has no connection to it since ${when(c.noConnectionSince)}` : '');
      lost.hidden = !c.noConnectionSince;
      attribute(copyGuid, 'aria-label', `Copy GUID of ${c.name}`);
      attribute(test, 'aria-label', `Test alarm for ${c.name}`);
    },
  };
});

function showCameras(q) {
  drawCameras(cameras, { shown: camerasExpanded ? Infinity : FEW.cameras });
  const all = (status?.sites ?? []).reduce((sum, site) => sum + (site.cameras ?? 0), 0);
  const full = cameras.length >= CAMERA_LIMIT;
  text($('cameras-summary'), q ? `${cameras.length}${full ? ' or more' : ''} found`
    : full && all > cameras.length ? `First ${cameras.length} of ${number.format(all)}, search for others` : count(cameras.length, 'camera'));
  $('cameras-empty').hidden = cameras.length > 0;
  text($('cameras-empty'), q ? 'No camera matches.' : 'No camera known yet. They appear once the connector is logged in to XProtect; its user must be allowed to see cameras.');
  const more = $('cameras-more');
  more.hidden = camerasExpanded || cameras.length <= FEW.cameras;
  text(more, full ? `Show ${cameras.length}` : `Show all ${cameras.length}`);
}

const cameraSearch = () => $('camera-q').value.trim();

const pollCameras = poll(async () => {
  const q = cameraSearch();
  const query = new URLSearchParams({ limit: CAMERA_LIMIT });
  if (q) query.set('q', q);
  const answer = await api(`cameras?${query}`);
  if (q !== cameraSearch()) return;   // typed on meanwhile
  cameras = (answer ?? []).slice(0, CAMERA_LIMIT);
  problem('cameras-problem', null);
  showCameras(q);
}, 4000, 'cameras-problem');

$('camera-filter').addEventListener('submit', (event) => { event.preventDefault(); pollCameras(); });
$('camera-filter').addEventListener('input', debounce(() => pollCameras()));
$('cameras-more').addEventListener('click', () => { camerasExpanded = true; showMore('camera-list', () => showCameras(cameraSearch())); });

async function raiseTest(camera, name, button) {
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');   // not "disabled": that would drop the focus
  try {
    const { id } = await api('test-alarm', { method: 'POST', body: { site: camera.site, camera: camera.id } });
    openTrace(id, `Test alarm, ${name}`, true);
    pollAlarms();
  } catch (error) {
    notice(error.message);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

// ---------------------------------------------------------------- the trace of one alarm

let traced = null;   // { id, since, young, steps }
let traceTimer;
let drawSightings;

function openTrace(id, name, young = false) {
  traced = { id, since: Date.now(), young, steps: null };
  text($('trace-title'), name);
  text($('trace-id'), id);
  $('trace').dataset.trace = id;
  text($('trace-follow-text'), 'Loading');
  problem('trace-problem', null);
  $('trace-body').replaceChildren();
  drawSightings = rows($('trace-body'), (c) => [c.site, c.camera].join('\n'), sighting);
  if (!$('trace').open) $('trace').showModal();
  $('trace-close').focus();
  followTrace();
}

function sighting(camera) {
  const title = el('h3');
  const guid = el('code');
  const times = el('span', { class: 'sub' });
  const list = el('ol', { class: 'steps', 'aria-label': 'Steps' });
  const none = el('p', { class: 'empty' }, 'No step yet.');
  const happened = el('time');
  const received = el('time');
  times.append('Alarm ', happened, ', received ', received);
  let drawSteps = rows(list, (step) => step.key, () => {
    const at = el('time', { class: 'at' });
    const target = el('span', { class: 'target' });
    const state = el('span', { class: 'state' });
    const millis = el('span', { class: 'millis' });
    const detail = el('span', { class: 'detail' });
    const node = el('li', { class: 'step' }, at, target, el('span', { class: 'result' }, state), millis, detail);
    return {
      node,
      update(step) {
        attribute(node, 'data-result', step.result);
        attribute(node, 'data-target', step.target);
        time(at, step.at, '–', fine);
        text(target, word(TARGET, step.target));
        text(state, word(RESULT, step.result));
        text(millis, step.millis === null || step.millis === undefined ? '' : `${number.format(step.millis)} ms`);
        text(detail, step.detail);
      },
    };
  });
  const head = el('div', { class: 'step head', 'aria-hidden': 'true' },
    el('span', { class: 'at' }, 'Time'), el('span', { class: 'target' }, 'Target'), el('span', { class: 'result' }, 'Result'),
    el('span', { class: 'millis' }, 'Took'), el('span', { class: 'detail' }, 'Detail'));
  return {
    node: el('section', { class: 'sighting' }, title, el('span', { class: 'sub' }, guid), times, el('div', { class: 'steps' }, head, list), none),
    update(c) {
      text(title, [c.cameraName || 'Camera', c.site].filter(Boolean).join(' · '));
      text(guid, c.camera || camera.camera);
      time(happened, c.time, '–', fine);
      time(received, c.receivedAt, '–', fine);
      const steps = (c.steps ?? []).map((step, key) => ({ ...step, key: String(key) }));
      head.hidden = steps.length === 0;
      none.hidden = steps.length > 0;
      drawSteps(steps, { fresh: true });
    },
  };
}

async function followTrace() {
  clearTimeout(traceTimer);
  const following = traced;
  if (!following || following.busy) return;
  if (!document.hidden) {
    following.busy = true;
    try {
      const alarm = await api(`alarms/${encodeURIComponent(following.id)}`);
      if (traced !== following) return;
      problem('trace-problem', null);
      drawTrace(alarm);
    } catch (error) {
      if (traced !== following) return;
      const young = error.status === 404 && following.young && Date.now() - following.since < 30000;
      text($('trace-follow-text'), young ? 'Waiting for its first step' : 'Not up to date');
      attribute($('trace-follow'), 'data-live', young ? '' : null);
      problem('trace-problem', young ? null : error);
    } finally {
      following.busy = false;
    }
  }
  traceTimer = setTimeout(followTrace, 1000);
}

function drawTrace(alarm) {
  const sightings = alarm.cameras ?? [];
  text($('trace-title'), alarm.name || 'Alarm');
  attribute($('trace-follow'), 'data-live', '');
  const steps = sightings.flatMap((c) => (c.steps ?? []).map((step) => ({ ...step, cameraName: c.cameraName })));
  text($('trace-follow-text'), `Following live: ${count(sightings.length, 'camera')}, ${count(steps.length, 'step')}`);
  drawSightings(sightings);
  if (traced.steps !== null && steps.length > traced.steps) {
    announce(steps.slice(traced.steps).map((step) => `${word(TARGET, step.target)}: ${word(RESULT, step.result)}. ${step.detail ?? ''}`).join(' '), $('trace-live'));
  }
  traced.steps = steps.length;
}

$('trace-close').addEventListener('click', () => $('trace').close());
$('trace').addEventListener('close', () => {
  traced = null;
  clearTimeout(traceTimer);
  pollAlarms();
});
dressCopy($('trace-copy'), () => traced?.id ?? '', 'Copy', 'alarm id');
document.addEventListener('visibilitychange', () => { if (!document.hidden && traced) followTrace(); });

// ---------------------------------------------------------------- dead letters

let letters = [];
let lettersTold = null;
const picked = new Set();

const drawLetters = rows($('dead-list'), (letter) => String(letter.id), (letter) => {
  const box = el('input', { type: 'checkbox' });
  box.addEventListener('change', () => {
    if (box.checked) picked.add(letter.id); else picked.delete(letter.id);
    showPicked();
  });
  const title = el('span', { class: 'title' });
  const where = el('span', { class: 'sub' });
  const reason = el('span');
  const target = document.createTextNode('');
  const at = el('time');
  const givenUp = el('time');
  const replay = el('button', { type: 'button', class: 'replay', 'aria-haspopup': 'dialog' }, 'Replay');
  replay.addEventListener('click', () => replayPicked([letter.id]));
  const trace = el('button', { type: 'button', class: 'open-trace', 'aria-haspopup': 'dialog' }, 'Trace');
  trace.addEventListener('click', () => openTrace(letter.alarmId, title.textContent));
  const remove = el('button', { type: 'button', class: 'delete', 'aria-haspopup': 'dialog' }, 'Delete');
  remove.addEventListener('click', () => deleteLetter(letter.id));
  const node = el('li', { class: 'letter', 'data-letter': letter.id }, box,
    el('div', {}, title, where, el('span', { class: 'sub' }, at)),
    el('div', { class: 'why' }, reason, el('span', { class: 'sub' }, target, givenUp)),
    el('div', { class: 'row-buttons' }, replay, trace, remove));
  return {
    node,
    box,
    update(l) {
      const name = `${l.name || 'Alarm'}, ${l.cameraName || l.camera}`;
      attribute(box, 'aria-label', `Select ${name}`);
      attribute(replay, 'aria-label', `Replay ${name}`);
      attribute(trace, 'aria-label', `Trace of ${name}`);
      attribute(remove, 'aria-label', `Delete ${name}`);
      text(title, l.name || 'Alarm');
      text(where, [l.cameraName || l.camera, l.site].filter(Boolean).join(' · '));
      attribute(where, 'title', l.camera || null);
      time(at, l.time);
      text(reason, l.reason || 'No reason was given.');
      text(target, `${word(TARGET, l.target)} · given up `);
      time(givenUp, l.givenUpAt);
    },
  };
});

function showLetters() {
  const ids = new Set(letters.map((letter) => letter.id));
  for (const id of picked) if (!ids.has(id)) picked.delete(id);
  drawLetters(letters);
  const n = allLetters();
  $('dead-tools').hidden = n === 0;
  $('dead-empty').hidden = n > 0;
  text($('dead-summary'), n > LETTER_LIMIT ? `First ${LETTER_LIMIT} of ${number.format(n)}` : '');
  text($('nav-dead'), n ? number.format(n) : '');
  $('nav-dead').hidden = n === 0;
  showPicked();
}

function showPicked() {
  const button = document.querySelector('.replay-selected');
  text(button, picked.size ? `Replay selected (${number.format(picked.size)})` : 'Replay selected');
  attribute(button, 'aria-disabled', picked.size ? null : 'true');
  text(document.querySelector('.replay-all'), `Replay all (${number.format(allLetters())})`);
  const all = $('dead-all');
  all.checked = letters.length > 0 && picked.size >= letters.length;
  all.indeterminate = picked.size > 0 && picked.size < letters.length;
}

/** More than are shown where there are very many. */
const allLetters = () => (letters.length < LETTER_LIMIT ? letters.length : Math.max(letters.length, status?.deadLetters ?? 0));

async function loadLetters() {
  letters = (await api(`dead-letters?limit=${LETTER_LIMIT}`)) ?? [];
  problem('dead-problem', null);
  if (lettersTold !== null && allLetters() > lettersTold) announce(`${count(allLetters(), 'dead letter')} now`);
  lettersTold = allLetters();
  showLetters();
}

const pollLetters = poll(loadLetters, 4000, 'dead-problem');

$('dead-all').addEventListener('change', (event) => {
  picked.clear();
  if (event.target.checked) for (const letter of letters) picked.add(letter.id);
  for (const box of $('dead-list').querySelectorAll('input[type="checkbox"]')) box.checked = event.target.checked;
  showPicked();
});
document.querySelector('.replay-selected').addEventListener('click', () => { if (picked.size) replayPicked([...picked]); });
document.querySelector('.replay-all').addEventListener('click', async () => {
  try {
    const first = (await api(`dead-letters?limit=${LETTER_LIMIT}`)) ?? [];   // so that the question counts what is there now
    const more = first.length < LETTER_LIMIT ? 0 : (await api('status')).deadLetters - first.length;
    if (first.length) replayLetters(first, { all: true }, Math.max(0, more));
  } catch (error) {
    notice(error.message);
  }
});

/** How many go where, most first. */
function destinations(chosen) {
  const counts = new Map();
  for (const letter of chosen) {
    const key = `${letter.site ? `Site ${letter.site}` : 'No site'}, ${word(AGAIN, letter.target)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function replayPicked(ids) {
  const chosen = letters.filter((letter) => ids.includes(letter.id));
  if (chosen.length) replayLetters(chosen, { ids: chosen.map((letter) => letter.id) });
}

function replayLetters(chosen, which, more = 0) {
  const all = chosen.length + more;
  ask({
    title: `Replay ${count(all, 'dead letter')}?`,
    lead: `${all === 1 ? 'It is' : 'They are'} sent again, late, with the time of the alarm:`,
    lines: more ? [...destinations(chosen), ['and others', more]] : destinations(chosen),
    yes: all === 1 ? 'Replay' : `Replay ${number.format(all)}`,
    async act() {
      const { replayed } = await api('dead-letters/replay', { method: 'POST', body: which });
      for (const letter of chosen) picked.delete(letter.id);
      notice(`${count(replayed, 'dead letter')} replayed.`, 'good');
    },
  });
}

function deleteLetter(id) {
  const letter = letters.find((one) => one.id === id);
  if (!letter) return;
  ask({
    title: 'Delete this dead letter?',
    lead: 'It will not be delivered any more. The history keeps the alarm.',
    lines: [[`${letter.name || 'Alarm'}, ${letter.cameraName || letter.camera}`, when(letter.time)]],
    yes: 'Delete',
    danger: true,
    async act() {
      await api(`dead-letters/${encodeURIComponent(id)}`, { method: 'DELETE' });
      picked.delete(id);
      notice('Dead letter deleted.', 'good');
    },
  });
}

// ---------------------------------------------------------------- routes

const ROUTE_STATE = { running: ['✓', 'Running'], rejected: ['!', 'Refused'], stopped: ['!', 'Stopped'] };

const drawRoutes = rows($('route-list'), (file) => file.file, (file) => {
  const title = el('span', { class: 'title' });
  const state = el('span', { class: 'state' });
  const since = el('time');
  const ids = el('span', { class: 'sub' });
  const counts = el('span', { class: 'sub' });
  const why = el('span', { class: 'sub why' });
  const versions = el('button', { type: 'button', class: 'versions', 'aria-haspopup': 'dialog' }, 'Versions');
  versions.addEventListener('click', () => openVersions(file.file));
  const node = el('li', { class: 'route', 'data-file': file.file },
    el('div', {}, title, ids, why),
    el('div', {}, state, el('span', { class: 'sub' }, 'since ', since), counts),
    el('div', { class: 'row-buttons' }, versions));
  return {
    node,
    update(f) {
      const [mark, name] = ROUTE_STATE[f.state] ?? ['', f.state];
      attribute(node, 'data-state', f.state);
      attribute(versions, 'aria-label', `Versions of ${f.file}`);
      text(title, f.file);
      text(state, `${mark} ${name}`);
      time(since, f.since);
      text(ids, (f.routes ?? []).join(', '));
      text(counts, `${number.format(f.handled ?? 0)} handled, ${number.format(f.failed ?? 0)} failed`);
      text(why, f.error ? `${f.error.line ? `Line ${f.error.line}: ` : ''}${f.error.message}` : '');
      why.hidden = !f.error;
    },
  };
});

async function loadRoutes() {
  const files = (await api('routes')) ?? [];
  problem('routes-problem', null);
  const troubled = files.filter((file) => file.state !== 'running').length;
  drawRoutes(files);
  text($('routes-summary'), troubled ? `${count(troubled, 'file')} not running as written` : count(files.length, 'file'));
  text($('nav-routes'), troubled ? number.format(troubled) : '');
  $('nav-routes').hidden = troubled === 0;
}

const pollRoutes = poll(loadRoutes, 3000, 'routes-problem');

let versionsOf = '';
const drawVersions = rows($('version-list'), (version) => `${versionsOf} ${version.version}`, (version) => {
  const title = el('span', { class: 'title' });
  const since = el('time');
  const back = el('button', { type: 'button', class: 'rollback', 'aria-haspopup': 'dialog' }, 'Bring back');
  back.addEventListener('click', () => rollBack(versionsOf, version));
  return {
    node: el('li', { class: 'route' }, el('div', {}, title, el('span', { class: 'sub' }, 'ran from ', since, ' on')),
      el('div', { class: 'row-buttons' }, back)),
    update(v) {
      attribute(back, 'aria-label', `Bring back version ${v.version}`);
      text(title, `Version ${v.version}`);
      time(since, v.since);
    },
  };
});

async function openVersions(file) {
  versionsOf = file;
  text($('versions-title'), file);
  problem('versions-problem', null);
  drawVersions([]);
  if (!$('versions').open) $('versions').showModal();
  $('versions-close').focus();
  try {
    drawVersions((await api(`routes/${file}`)).versions);
  } catch (error) {
    problem('versions-problem', error);
  }
}
$('versions-close').addEventListener('click', () => $('versions').close());

function rollBack(file, version) {
  ask({
    title: `Bring back version ${version.version}?`,
    lead: 'The file in the folder of routes is overwritten with it; the present form stays among the versions when it has run.',
    lines: [[file, when(version.since)]],
    yes: 'Bring back',
    async act() {
      await api('routes/rollback', { method: 'POST', body: { file, version: version.version } });
      $('versions').close();
      pollRoutes();
      notice(`${file} is as version ${version.version} was.`, 'good');
    },
  });
}

// ---------------------------------------------------------------- settings

const drawSettings = rows($('setting-list'), (site) => site.name, (site) => {
  const url = el('span', { class: 'sub' });
  const mail = el('span', { class: 'sub' });
  const remove = el('button', { type: 'button', class: 'delete', 'aria-haspopup': 'dialog', 'aria-label': `Remove ${site.name}` }, 'Remove');
  remove.addEventListener('click', () => removeSite(site.name));
  return {
    node: el('li', { class: 'route', 'data-settings': site.name }, el('div', {}, el('span', { class: 'title' }, site.name), url), el('div', {}, mail),
      el('div', { class: 'row-buttons' }, el('a', { class: 'change', href: `setup.html?site=${encodeURIComponent(site.name)}`, 'aria-label': `Change ${site.name}` }, 'Change'), remove)),
    update(one) {
      text(url, one.url);
      text(mail, one.mailTo ? `Mail to ${one.mailTo}` : 'No mail');
      remove.hidden = one.isOnly;
    },
  };
});

async function loadSettings() {
  const known = await api('setup').catch((error) => { if (error.status === 404) return null; throw error; });
  $('settings').hidden = $('nav-settings').hidden = !known;   // settings that are in no file cannot be changed here
  if (!known) return;
  problem('settings-problem', known.trouble ? { message: known.trouble } : null);
  drawSettings(known.sites.map((site) => ({ ...site, isOnly: known.sites.length === 1 })));
  text($('settings-summary'), `${count(known.sites.length, 'site')}, ${known.values.timeOffset} s added to each alarm’s time`);
}

const pollSettings = poll(loadSettings, 15000, 'settings-problem');

function removeSite(name) {
  ask({
    title: `Remove the site ${name}?`,
    lead: 'Its settings are taken out of application.properties, and the connector begins anew. What the set-up has created in XProtect stays there: the command setup --undo, run before, removes it.',
    lines: [['Site', name]],
    yes: 'Remove',
    danger: true,
    async act() {
      await api('setup/remove', { method: 'POST', body: { site: name } });
      pollSettings();
      notice(`${name} is removed. The connector begins anew.`, 'good');
    },
  });
}

$('add-site').addEventListener('submit', (event) => {
  event.preventDefault();
  location.href = `setup.html?site=${encodeURIComponent($('add-name').value.trim())}`;
});

$('reread').addEventListener('click', () => ask({
  title: 'Read application.properties again?',
  lead: 'The connector begins anew with what is written there. Alarms that come meanwhile wait some seconds for their answer.',
  lines: [],
  yes: 'Begin anew',
  async act() {
    await api('setup/start', { method: 'POST', body: {} });
    notice('The connector begins anew.', 'good');
  },
}));

// ---------------------------------------------------------------- asking first

let act = null;

function ask({ title, lead, lines, yes, danger = false, act: then }) {
  const dialog = $('confirm');
  const button = dialog.querySelector('.yes');
  text($('confirm-title'), title);
  $('confirm-text').replaceChildren(el('p', {}, lead),
    el('ul', {}, ...lines.map(([what, n]) => el('li', {}, el('span', {}, what), el('b', {}, typeof n === 'number' ? number.format(n) : n)))));
  text(button, yes);
  attribute(button, 'data-danger', danger ? '' : null);
  attribute(button, 'aria-disabled', null);
  problem('confirm-problem', null);
  act = then;
  dialog.showModal();
}

$('confirm').querySelector('.no').addEventListener('click', () => $('confirm').close());
$('confirm').querySelector('.yes').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  const then = act;
  if (!then || button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await then();
    if (act === then) $('confirm').close();
    pollLetters();
    pollStatus();
    pollAlarms();
  } catch (error) {
    if (act === then) problem('confirm-problem', error);
    else notice(error.message);
  } finally {
    button.removeAttribute('aria-disabled');
  }
});
$('confirm').addEventListener('close', () => {
  if ($('confirm').open) return;   // asked again meanwhile
  act = null;
  text($('confirm-title'), '');
  $('confirm-text').replaceChildren();
});

// ---------------------------------------------------------------- go

text($('zone'), Intl.DateTimeFormat().resolvedOptions().timeZone);
pollStatus().then(() => cameras.length && showCameras(cameraSearch()));
pollAlarms();
pollCameras();
pollLetters();
pollRoutes();
pollSettings();
