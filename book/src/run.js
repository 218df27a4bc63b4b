// Lets mdBook's Run buttons work with this book's crates.
//
// mdBook sends snippets to the public playground, which does not have our crates: `meta/crates` as a page loads, to learn which
// crates there are, and `evaluate.json` at a click. This script answers both calls itself. When the page comes from
// `cargo book`, it carries a token, and the snippet goes to that server on the reader's own machine. Otherwise the answer is
// a line that says how to get it. Nothing is sent to any other host.
'use strict';

(function run_locally() {
    const playground = 'https://play.rust-lang.org/';
    const token = document.querySelector('meta[name="book-token"]')?.content;
    const real_fetch = window.fetch.bind(window);

    // mdBook gives up on a call after 6 seconds. A snippet that has to wait for the crates to compile takes longer, so after
    // 5 the answer is that it is still going on, and the output is put in its place later.
    const patience = 5000;

    function json(body) {
        return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    }

    async function evaluate(request, signal) {
        const response = await real_fetch('/run/evaluate', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-book-token': token },
            body: request.body,
            signal,
        });
        return response.ok ? (await response.json()).result : await response.text();
    }

    function show(block, result) {
        const place = block?.querySelector('.result');
        if (place) {
            place.innerText = result.trim() === '' ? 'No output' : result;
            place.classList.toggle('result-no-output', result.trim() === '');
        }
    }

    // A snippet that is run again is not run to its end the first time: the server stops what nobody waits for.
    const runs = new WeakMap();
    function start_over(block) {
        const run = new AbortController();
        if (block) {
            runs.get(block)?.abort();
            runs.set(block, run);
        }
        return run.signal;
    }

    async function answer(request, block) {
        if (!token) {
            return { result: 'To run this, clone the repository and type `cargo book`: snippets run on your own machine.' };
        }
        const signal = start_over(block);
        const result = evaluate(request, signal).catch(() => 'The reader does not answer. Is `cargo book` still running?');
        const waited = new Promise((resolve) => setTimeout(resolve, patience, null));
        const early = await Promise.race([result, waited]);
        if (signal.aborted) {
            // mdBook shows every answer; this one must not change what the run that came after it shows.
            return { result: block.querySelector('.result').innerText };
        }
        if (early !== null) {
            return { result: early };
        }
        result.then((late) => signal.aborted || show(block, late));
        return { result: 'Still running …' };
    }

    // The snippet whose button was pressed last, or in which Ctrl-Enter was.
    let running = null;
    function remember(event) {
        running = event.target.closest?.('pre.playground') ?? running;
    }
    document.addEventListener('click', remember, true);
    document.addEventListener('keydown', remember, true);

    window.fetch = function (resource, options) {
        if (resource === `${playground}meta/crates`) {
            return Promise.resolve(json({ crates: [] }));
        }
        if (resource === `${playground}evaluate.json`) {
            return answer(options, running).then(json);
        }
        return real_fetch(resource, options);
    };
})();
