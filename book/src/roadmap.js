// The roadmap's page: shows how far the reader is, and lets them tick modules off.
//
// When the page comes from `cargo book`, it carries a token, and this script asks that server, on the reader's own machine,
// for the reader's progress and sends it what changes. It is a file that a terminal changes too, so what the server answers
// is what is shown, and it is asked again when the reader comes back to the page. Without the token the page is complete as it
// stands, and this script only unfolds the module that a link leads to and lights up the map's arrows.
//
// What the reader wrote is put into the page as text, never as HTML.
'use strict';

(function show_progress() {
    const token = document.querySelector('meta[name="book-token"]')?.content;
    const endpoint = '/roadmap/progress';
    const states = [
        ['not-started', 'not started', ''],
        ['in-progress', 'in progress', '◐'],
        ['done', 'done', '✓'],
        ['review', 'review again', '↻'],
    ];
    // Room is kept for what is to come, so that nothing jumps when it does.
    document.documentElement.classList.toggle('with-progress', Boolean(token));

    // An element with attributes and contents; strings become text.
    function make(name, attributes = {}, ...contents) {
        const element = document.createElement(name);
        Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
        element.append(...contents);
        return element;
    }

    const round = (hours) => String(Math.round(hours * 10) / 10);
    const modules = () => [...document.querySelectorAll('details.module')];
    const module_of = (id) => document.getElementById(`module-${id}`);
    const title_of = (id) => module_of(id)?.querySelector('.title').textContent ?? id;
    const link_to = (id) => make('a', { href: `#module-${id}` }, title_of(id));

    // --- What the page does without a server.

    function unfold_target() {
        const target = document.getElementById(location.hash.slice(1));
        const found = Boolean(target?.matches('details.module'));
        if (found) {
            target.open = true;
            target.scrollIntoView();
        }
        return found;
    }

    // Arrows that begin or end at a module light up with it, and so do the boxes at their other ends.
    function light_up_arrows() {
        const boxes = new Map([...document.querySelectorAll('.roadmap-map [data-module]')].map((box) => [box.dataset.module, box]));
        const arrows = [...document.querySelectorAll('.roadmap-map [data-from]')];
        boxes.forEach((box, id) => {
            const own = arrows.filter((arrow) => arrow.dataset.from === id || arrow.dataset.to === id);
            const ends = own.flatMap((arrow) => [boxes.get(arrow.dataset.from), boxes.get(arrow.dataset.to)]);
            const light = (on) => [...own, ...ends].forEach((part) => part?.classList.toggle('lit', on));
            box.addEventListener('pointerenter', () => light(true));
            box.addEventListener('pointerleave', () => light(false));
            box.addEventListener('focusin', () => light(true));
            box.addEventListener('focusout', () => light(false));
        });
    }

    // --- The server. One question after the other, so that the last answer is the newest.

    let last = Promise.resolve();
    function ask(change) {
        last = last.then(async () => {
            try {
                const response = await fetch(endpoint, change === undefined
                    ? { headers: { 'x-book-token': token } }
                    : {
                        method: 'POST',
                        headers: { 'content-type': 'application/json', 'x-book-token': token },
                        body: JSON.stringify(change),
                    });
                return response.ok ? { view: await response.json() } : { refusal: await response.text() };
            } catch {
                return { refusal: 'The reader does not answer. Is `cargo book` still running?' };
            }
        });
        return last;
    }

    async function refresh() {
        const { view, refusal } = await ask();
        if (view) {
            show(view);
        } else {
            show_fault(refusal);
        }
    }

    async function send(id, change) {
        const { view, refusal } = await ask({ module: id, ...change });
        if (view) {
            show(view);
        }
        say(id, refusal ?? 'Saved.', Boolean(refusal));
        return Boolean(view);
    }

    function say(id, words, refused) {
        const place = module_of(id).querySelector('.said');
        place.textContent = words;
        place.classList.toggle('refused', refused);
    }

    // --- What is shown.

    let shown = null;
    function show(view) {
        shown = view;
        show_own(view);
        show_sums(view);
        modules().forEach((module) => show_module(module, view.modules[module.dataset.module]));
    }

    // Nothing can be ticked while the file cannot be read: a tick would have to overwrite it.
    function show_fault(refusal) {
        shown = null;
        document.querySelectorAll('.module-controls').forEach((controls) => controls.remove());
        document.querySelectorAll('td.yours, th.yours').forEach((cell) => cell.remove());
        document.querySelectorAll('.phase-progress').forEach((place) => place.replaceChildren());
        show_here(
            make('p', {}, 'Your progress cannot be shown, and nothing was changed:'),
            make('p', { class: 'fault', role: 'alert' }, refusal.trim()),
        );
    }

    function show_here(...contents) {
        const place = document.getElementById('roadmap-progress');
        place.replaceChildren(...contents);
        place.classList.add('known');
    }

    function line(name, shown_name, tally) {
        const words = `${tally.done} of ${tally.total} modules done`
            + (tally.done > 0 ? `, ${tally.verified} of them verified` : '')
            + `; ${round(tally.hours)} h spent, about ${round(tally.estimate)} h in all`;
        return make('div', { class: 'progress-line' },
            make('progress', { max: Math.max(tally.total, 1), value: tally.done, 'aria-label': name }),
            make('span', { class: 'words' }, `${shown_name}${words}`));
    }

    function list(title, ids, most = ids.length) {
        if (ids.length === 0) {
            return [];
        }
        const links = ids.slice(0, most).flatMap((id, index) => index === 0 ? [link_to(id)] : ['; ', link_to(id)]);
        const more = ids.length > most ? ` and ${ids.length - most} more` : '';
        return [make('p', { class: 'upcoming' }, make('strong', {}, title), ' ', ...links, more, '.')];
    }

    function show_sums({ summary, modules: records, ready }) {
        const in_state = (state) => Object.keys(records).filter((id) => records[id].state === state && module_of(id));
        const in_order = (ids) => modules().map((module) => module.dataset.module).filter((id) => ids.includes(id));
        show_here(
            line('All modules', 'All: ', summary.all),
            line('Core modules', 'Core: ', summary.core),
            ...list('Begun:', in_order(in_state('in-progress'))),
            ...list('To review:', in_order(in_state('review'))),
            ...list('Next:', in_order(ready), 6),
        );
        summary.phases.forEach((phase) => {
            const title = document.getElementById(`phase-${phase.id}`)?.textContent ?? phase.id;
            const place = document.querySelector(`.phase-progress[data-phase="${phase.id}"]`);
            place?.replaceChildren(line(title, '', phase));
            const tally = document.querySelector(`.roadmap-map .tally[data-phase="${phase.id}"]`);
            if (tally) {
                tally.textContent = `${phase.done} of ${phase.total} done, about ${round(phase.estimate)} h`;
            }
        });
    }

    // The reader's own modules are not in the page, which is the same for all; they come after the book's.
    function show_own({ own }) {
        const open = new Set(modules().filter((module) => module.open).map((module) => module.dataset.module));
        document.querySelectorAll('.own-modules').forEach((place) => {
            const here = own.filter((module) => module.phase === place.dataset.phase);
            const drawn = JSON.stringify(here);
            if (place.dataset.drawn !== drawn) {
                place.dataset.drawn = drawn;
                place.replaceChildren(...here.map(own_module));
            }
        });
        open.forEach((id) => module_of(id)?.setAttribute('open', ''));
    }

    function own_module(module) {
        const parts = [];
        const paragraph = (name, ...contents) => parts.push(make('p', {}, make('strong', {}, name), ' ', ...contents));
        if (module.needs?.length > 0) {
            paragraph('Before it:', module.needs.map(title_of).join('; '));
        }
        if (module.experiment) {
            paragraph('Experiment.', module.experiment);
        }
        (module.reading ?? []).forEach((reading) => paragraph('Read:', `${reading.title}, ${reading.author}. ${reading.question}`));
        (module.questions ?? []).forEach((question) => paragraph('Check yourself:', question));
        if (module.measure?.length > 0) {
            const row = (cells, name) => make('tr', {}, ...cells.map((text) => make(name, {}, text)));
            const rows = module.measure.map(({ what, unit, key }) => {
                const last_cell = make('td', {}, make('code', {}, key));
                return make('tr', {}, make('td', {}, what), make('td', {}, unit), last_cell);
            });
            parts.push(make('div', { class: 'table-wrapper' }, make('table', {},
                make('thead', {}, row(['what', 'unit', 'key'], 'th')), make('tbody', {}, ...rows))));
        }
        const summary = make('summary', {},
            make('span', { class: 'title' }, module.title), ' ',
            make('span', { class: 'badge' }, 'your own'), ' ',
            make('span', { class: 'badge hours' }, `${round(module.hours)} h`),
            make('span', { class: 'gives' }, module.gives));
        const attributes = {
            class: 'module own',
            id: `module-${module.id}`,
            'data-module': module.id,
            'data-hours': module.hours,
            'data-exercises': module.exercises?.length ?? 0,
        };
        const element = make('details', attributes, summary, ...parts);
        element.addEventListener('toggle', () => shown && show_module(element, shown.modules[module.id]));
        return element;
    }

    function show_module(module, record) {
        if (!record) {
            return;
        }
        const [, words, sign] = states.find(([state]) => state === record.state);
        const box = document.querySelector(`.roadmap-map g[data-module="${module.dataset.module}"]`);
        for (const [state] of states) {
            module.classList.toggle(state, state === record.state);
            box?.classList.toggle(state, state === record.state);
        }
        box?.querySelector('.sign').replaceChildren(sign);
        const title = module.querySelector('summary .title');
        const mark = title.parentNode.querySelector('.state-sign') ?? make('span', { class: 'state-sign' });
        mark.textContent = sign === '' ? '' : `${sign} ${words}${record.state === 'done' && !record.verified ? ', not verified' : ''}`;
        title.parentNode.insertBefore(mark, title.parentNode.querySelector('.gives'));
        if (module.open) {
            show_controls(module, record);
        }
    }

    // --- The controls of one module; they are made when it is unfolded.

    function show_controls(module, record) {
        const id = module.dataset.module;
        const controls = module.querySelector('.module-controls') ?? new_controls(module, id);
        const done = record.state === 'done' || record.state === 'review';
        controls.querySelectorAll('button[data-state]').forEach((button) => {
            button.setAttribute('aria-pressed', String(button.dataset.state === record.state));
            button.disabled = button.dataset.state === 'review' && !done;
        });
        set_value(controls.querySelector('input[name="hours"]'), record.hours === 0 ? '' : round(record.hours));
        show_verified(controls.querySelector('.verified'), module, id, record);
        controls.querySelector('.notes').replaceChildren(...record.notes.map((note) => make('li', {}, note)));
        show_measured(module, id, record.measured);
    }

    // What the reader is typing stays.
    function set_value(input, value) {
        if (input !== document.activeElement) {
            input.value = value;
        }
    }

    function show_verified(place, module, id, record) {
        const command = make('code', {}, `cargo book roadmap done ${id}`);
        if (record.state !== 'done') {
            place.replaceChildren();
        } else if (record.verified) {
            place.replaceChildren(`Done on ${record.finished}, and its exercises passed.`);
        } else if (Number(module.dataset.exercises) > 0) {
            place.replaceChildren(`Done on ${record.finished}, not verified: `, command, ' runs its exercises, and says so if they pass.');
        } else {
            place.replaceChildren(`Done on ${record.finished}, by your word: it has no exercises that could verify it.`);
        }
    }

    function new_controls(module, id) {
        const buttons = states.map(([state, words]) => {
            const button = make('button', { type: 'button', 'data-state': state, 'aria-pressed': 'false' }, words);
            button.addEventListener('click', () => send(id, { state }));
            return button;
        });
        const hours = make('input', { type: 'number', name: 'hours', min: '0', max: '10000', step: 'any', id: `hours-${id}` });
        hours.addEventListener('change', () => hours.reportValidity() && send(id, { hours: Number(hours.value) }));
        const note = make('input', { type: 'text', name: 'note', id: `note-${id}`, maxlength: '4000', autocomplete: 'off' });
        const form = make('form', {}, make('label', { for: note.id }, 'Note'), note, make('button', { type: 'submit' }, 'Keep'));
        form.addEventListener('submit', async (event) => {
            event.preventDefault();
            if (note.value.trim() !== '' && await send(id, { note: note.value })) {
                note.value = '';
            }
        });
        const controls = make('div', { class: 'module-controls' },
            make('div', { class: 'row', role: 'group', 'aria-label': `State of ${title_of(id)}` }, ...buttons),
            make('p', { class: 'verified' }),
            make('div', { class: 'row' }, make('label', { for: hours.id }, 'Hours so far'), hours),
            make('ul', { class: 'notes' }),
            form,
            make('p', { class: 'said', role: 'status' }));
        module.querySelector('summary').after(controls);
        return controls;
    }

    // The table of measurements gets a column for the reader's.
    function show_measured(module, id, measured) {
        const table = [...module.querySelectorAll('table')].find((it) => it.querySelector('thead tr')?.children[2]?.textContent === 'key');
        if (!table) {
            return;
        }
        if (!table.querySelector('th.yours')) {
            table.querySelector('thead tr').append(make('th', { class: 'yours' }, 'yours'));
            table.querySelectorAll('tbody tr').forEach((row) => row.append(measured_cell(id, row.children[2].textContent)));
        }
        table.querySelectorAll('td.yours').forEach((cell) => {
            const [input, when] = cell.children;
            const known = measured[input.name];
            set_value(input, known?.value ?? '');
            when.textContent = known ? ` ${known.on}` : '';
        });
    }

    function measured_cell(id, key) {
        const input = make('input', { name: key, inputmode: 'decimal', 'aria-label': `${key}, as measured by you`, autocomplete: 'off' });
        input.addEventListener('change', () => input.value.trim() !== '' && send(id, { measure: key, value: input.value.trim() }));
        return make('td', { class: 'yours' }, input, make('small'));
    }

    document.addEventListener('DOMContentLoaded', () => {
        light_up_arrows();
        modules().forEach((module) => module.addEventListener('toggle', () => {
            if (shown) {
                show_module(module, shown.modules[module.dataset.module]);
            }
        }));
        const found = unfold_target();
        window.addEventListener('hashchange', unfold_target);
        if (token) {
            // The link may lead to a module of the reader's own, which is there only now.
            refresh().then(() => found || unfold_target());
            window.addEventListener('focus', refresh);
            document.addEventListener('visibilitychange', () => document.hidden || refresh());
        }
    });
})();
