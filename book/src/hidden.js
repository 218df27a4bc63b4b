// Keeps the hidden lines of a snippet hidden in the editor.
//
// mdBook marks the lines that begin with `# `, and hides them behind a button; but its editor takes a snippet's text as it is,
// marks and all forgotten, and shows every line. So this script looks at the marks before the editor does, and folds those
// lines away in it. A click on the fold opens it. Hidden or not, they are part of what is run.
'use strict';

(function keep_hidden_lines_hidden() {
    // The rows of a snippet that are marked, as pairs of the first and the last of each run of them.
    function marked_rows(code) {
        const runs = [];
        let row = 0;
        for (const node of code.childNodes) {
            if (node.classList?.contains('boring')) {
                const last = runs.at(-1);
                if (last && last[1] === row - 1) {
                    last[1] = row;
                } else {
                    runs.push([row, row]);
                }
            }
            row += node.textContent.split('\n').length - 1;
        }
        return runs;
    }

    // A fold takes the line break after its last row along; at the end of the snippet there is none, and it takes the one before.
    function fold(session, [first, last]) {
        const Range = window.ace.require('ace/range').Range;
        const range = last + 1 < session.getLength()
            ? new Range(first, 0, last + 1, 0)
            : new Range(Math.max(first - 1, 0), session.getLine(first - 1).length, last, session.getLine(last).length);
        session.addFold('…', range);
    }

    // The editor's script has come and not run yet: that is when the marks are all there and still there.
    const marked = new Map();
    const observer = new MutationObserver(() => {
        if (window.ace && !window.editors) {
            document.querySelectorAll('code.editable').forEach((code) => marked.set(code, marked_rows(code)));
            observer.disconnect();
        }
    });
    observer.observe(document, { childList: true, subtree: true });

    document.addEventListener('DOMContentLoaded', () => {
        observer.disconnect();
        marked.forEach((runs, code) => {
            const session = window.ace.edit(code).getSession();
            // From the end, so that a fold does not move the rows of the next.
            runs.reverse().forEach((run) => fold(session, run));
        });
    });
})();
