// Set-up page of the U-Alarm – Milestone connector. No build step: edit and reload.
// Whatever comes from the API goes into the page as text, never as HTML.

const $ = (id) => document.getElementById(id);

const FIELDS = ['url', 'username', 'password', 'timeOffset', 'mailTo', 'mailHost', 'mailFrom', 'mailPort', 'mailSecurity', 'mailUsername', 'mailPassword'];
const LEVEL = { ok: ['✓', 'OK'], warning: ['!', 'Look'], fail: ['✗', 'Wrong'] };
const STATE = { running: ['✓', 'Running'], pending: ['…', 'Pending'], stopped: ['!', 'Stopped'] };
const CAMERAS = 50;   // cameras shown; the console has a search

const named = new URLSearchParams(location.search).get('site') ?? '';

let site = named;
let trusted = '';
let target = [];
let isRunning = false;   // this page is of a connector that runs, and begins anew when settings are changed

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

async function api(path, body) {
  const headers = { Accept: 'application/json' };
  if (body) Object.assign(headers, { 'Content-Type': 'application/json', 'X-Requested-With': 'console' });
  let response;
  try {
    response = await fetch(`api/${path}`, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), cache: 'no-store', signal: AbortSignal.timeout(60000) });
  } catch {
    throw Object.assign(new Error('The connector does not answer. Is it still running?'), { away: true });
  }
  const json = await response.json().catch(() => null);
  if (!response.ok) throw Object.assign(new Error(json?.error?.message ?? `The connector answered ${response.status}.`), { status: response.status });
  return json;
}

function problem(id, error) {
  $(id).textContent = error ? error.message : '';
  $(id).hidden = !error;
}

/* What stood in the fields when they were filled. The rest is not sent: somebody else may have changed it meanwhile. */
const given = {};

function note() {
  for (const id of FIELDS) given[id] = $(id).value;
}

function typed() {
  const body = { site, trust: trusted, shown: document.querySelector('input[name=shown]:checked').value, ruleFrom: $('ruleFrom').value };
  for (const id of FIELDS) if ($(id).value !== given[id]) body[id] = $(id).value;
  return body;
}

// ---------------------------------------------------------------- lights

function light(level, words) {
  const [mark, name] = LEVEL[level] ?? ['?', level];
  return el('li', { 'data-level': level }, el('span', { class: 'lamp', 'aria-hidden': 'true' }, mark), el('span', { class: 'sr' }, `${name}: `), el('span', {}, words));
}

function lights(id, found) {
  $(id).replaceChildren(...found.map((one) => light(one.level, `${one.what}: ${one.message}`)));
}

function showCertificate(shown) {
  $('certificate').hidden = !shown;
  for (const part of ['subject', 'issuer', 'sha256', 'until']) $(`certificate-${part}`).textContent = shown?.[part] ?? '';
}

/** One look at a time; what was typed meanwhile is looked at again. */
function looker(path, id, isReady, after = () => {}) {
  let busy = false;
  let again = false;
  return async function look() {
    if (!isReady()) { $(id).replaceChildren(); after(null); return; }
    if (busy) { again = true; return; }
    busy = true;
    $(id).replaceChildren(el('li', { 'data-level': 'pending' }, el('span', { class: 'lamp', 'aria-hidden': 'true' }, '…'), el('span', {}, 'Looking')));
    try {
      const answer = await api(`setup/${path}`, typed());
      lights(id, answer.lights);
      after(answer);
      problem('offline', null);
    } catch (error) {
      if (error.away) problem('offline', error);
      $(id).replaceChildren(light('fail', error.message));
      after(null);
    } finally {
      busy = false;
    }
    if (again) { again = false; look(); }
  };
}

const lookLogin = looker('login', 'login-lights', () => $('url').value && $('username').value && ($('password').value || $('password').placeholder) && addressIsRight);
let addressIsRight = false;
const lookAddress = looker('address', 'address-lights', () => $('url').value, (answer) => {
  addressIsRight = answer ? !answer.failed : false;
  showCertificate(answer?.certificate);
  lookLogin();
});
const lookMail = looker('mail', 'mail-lights', () => $('mailTo').value && $('mailHost').value && $('mailFrom').value);

$('url').addEventListener('change', () => { trusted = ''; lookAddress(); });
for (const id of ['username', 'password']) $(id).addEventListener('change', lookLogin);
for (const id of FIELDS.filter((name) => name.startsWith('mail'))) $(id).addEventListener('change', lookMail);
$('trust').addEventListener('click', () => {
  trusted = $('certificate-sha256').textContent;
  $('username').focus();
  lookAddress();
});
$('form').addEventListener('input', () => { $('plan').hidden = true; });

// ---------------------------------------------------------------- plan and what becomes of it

function lines(id, all) {
  $(id).replaceChildren(...all.map((line) => el('li', {}, line)));
}

async function busy(button, work) {
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');   // not "disabled": that would drop the focus
  problem('problem', null);
  try {
    await work();
  } catch (error) {
    problem('problem', error);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  busy($('show-plan'), async () => {
    $('plan').hidden = true;
    $('outcome').replaceChildren();
    const plan = await api('setup/plan', typed());
    lights('plan-lights', plan.lights);
    if (plan.failed) return;
    lines('will', plan.will.length ? plan.will : ['Nothing to do.']);
    lines('by-hand', plan.byHand);
    $('by-hand-box').hidden = plan.byHand.length === 0;
    $('apply').textContent = plan.will.length ? 'Do this' : 'Start the connector';
    $('apply').hidden = isRunning && plan.will.length === 0;
    $('plan').hidden = false;
    if (!$('apply').hidden) $('apply').focus();
  });
});

$('apply').addEventListener('click', () => busy($('apply'), async () => {
  const began = Date.now();
  const outcome = await api('setup/apply', typed());
  $('outcome').replaceChildren(...outcome.done.map((line) => light('ok', line)), ...outcome.failed.map((line) => light('fail', line)));
  $('password').value = '';
  $('mailPassword').value = '';
  $('plan').hidden = true;
  if (outcome.starts) {
    note();
    run(began);
  } else {
    $('start-box').hidden = false;
  }
}));

$('start').addEventListener('click', () => busy($('start'), async () => {
  const began = Date.now();
  await api('setup/start', {});
  run(began);
}));

// ---------------------------------------------------------------- the connector runs

const pause = (millis) => new Promise((resolve) => { setTimeout(resolve, millis); });

async function until(work, times = 120) {
  for (let i = 0; i < times; i++) {
    try {
      const found = await work();
      if (found) return found;
    } catch { /* it is just starting */ }
    await pause(500);
  }
  return null;
}

function copyButton(value) {
  const button = el('button', { type: 'button', class: 'small copy', 'aria-label': `Copy ${value}` }, 'Copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(value);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Press Ctrl+C';
      getSelection().selectAllChildren(button.previousElementSibling);
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
  return button;
}

function targets(urls) {
  $('targets').replaceChildren(...urls.map((url) => el('li', {}, el('code', {}, url), copyButton(url))));
}

function drawSite(site) {
  const [mark, name] = STATE[site.state] ?? ['?', site.state];
  $('site').dataset.state = site.state;
  $('site').querySelector('.lamp').textContent = mark;
  $('site-state').textContent = name;
  $('site-reason').textContent = site.reason || (site.state === 'running' ? 'Alarms go through.' : '');
}

/** One that has begun after that: the one before answers until it makes way. */
async function next(began) {
  const status = await api('status');
  return Date.now() - status.uptimeSeconds * 1000 > began ? status : null;
}

async function run(began) {
  $('form').hidden = true;
  $('running').hidden = false;
  targets(target);
  $('running').focus();
  const status = await until(() => next(began));
  if (!status) {
    drawSite({ state: 'stopped', reason: 'The connector has not started within a minute. Its log says why.' });
    return;
  }
  const { trouble } = await api(`setup?site=${encodeURIComponent(site)}`);
  if (trouble) {
    drawSite({ state: 'stopped', reason: trouble });
    return;
  }
  targets(status.intake.targetUrls);
  let drawn = false;
  while (true) {
    try {
      const found = (await api('status')).sites.find((one) => one.name === site);
      drawSite(found);
      if (!drawn && found.state === 'running') {
        drawn = true;
        drawCameras((await api(`cameras?q=${encodeURIComponent(site)}&limit=${CAMERAS}`)).filter((camera) => camera.site === site));
      }
    } catch { /* it is told when it answers again */ }
    await pause(2000);
  }
}

function drawCameras(cameras) {
  $('cameras').replaceChildren(...cameras.map((camera) => {
    const test = el('button', { type: 'button', class: 'test-alarm', 'aria-label': `Test alarm for ${camera.name}` }, 'Test alarm');
    test.addEventListener('click', () => testAlarm(camera, test));
    const code = el('code', { class: 'guid' }, camera.id);
    return el('li', { class: 'camera', 'data-camera': camera.id },
      el('div', {}, el('span', { class: 'title' }, camera.name), code),
      el('div', { class: 'row-buttons' }, copyButton(camera.id), test));
  }));
}

/* It is delivered when XProtect has taken its event. A mail alone, which the same alarm may be, is not what operators see. */
function arrival(camera, state, last) {
  const open = last.filter((step) => step.result === 'later' || step.result === 'dead');
  const why = open.map((step) => `${step.target}: ${step.detail}`).join(' ');
  if (state === 'delivered') return `Test alarm on ${camera.name} was delivered.${why && ` But not all of it: ${why}`}`;
  const isMailed = last.some((step) => step.target === 'mail' && step.result === 'delivered');
  return `The test alarm ${isMailed ? 'was mailed, but XProtect has not taken it' : 'has not arrived'}. ${why || 'The console shows its trace.'}`;
}

async function testAlarm(camera, button) {
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  $('steps').replaceChildren();
  $('alarm').textContent = `Test alarm on ${camera.name} is on its way.`;
  try {
    const { id } = await api('test-alarm', { site: camera.site, camera: camera.id });
    let steps = [];
    const state = await until(async () => {
      const { cameras } = await api(`alarms/${encodeURIComponent(id)}`);
      steps = cameras.flatMap((one) => one.steps ?? []);
      $('steps').replaceChildren(...steps.map((step) => el('li', { 'data-result': step.result }, `${step.target}: ${step.result} ${step.detail ?? ''}`)));
      return cameras.map((one) => one.state).find((one) => one === 'delivered' || one === 'dead') ?? null;
    });
    $('alarm').textContent = arrival(camera, state, Object.values(Object.fromEntries(steps.map((step) => [step.target, step]))));
  } catch (error) {
    $('alarm').textContent = error.message;
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

// ---------------------------------------------------------------- go

(async () => {
  try {
    const known = await api(`setup?site=${encodeURIComponent(named)}`);
    site = known.site;
    target = known.targetUrls;
    isRunning = known.sites.length > 0;
    $('back').hidden = !isRunning;
    if (isRunning) $('what').textContent = known.sites.some((one) => one.name === site) ? `Settings of site ${site}` : `Set up site ${site}`;
    for (const [name, value] of Object.entries(known.values)) {
      if (name.endsWith('Set')) $(name.slice(0, -3)).placeholder = value ? 'as it is' : '';
      else if ($(name)) $(name).value = value;
    }
    note();
    lookAddress();
    lookMail();
  } catch (error) {
    problem('offline', error);
  }
})();
