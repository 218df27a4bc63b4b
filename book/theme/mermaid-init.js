// Draws the mermaid diagrams in the colours of the page's theme, and again when the reader changes it.
'use strict';

(function draw_mermaid() {
    const dark = ['ayu', 'navy', 'coal'];
    const diagrams = Array.from(document.querySelectorAll('.mermaid'));
    const sources = diagrams.map((diagram) => diagram.textContent);

    function theme() {
        const classes = document.documentElement.classList;
        return dark.some((name) => classes.contains(name)) ? 'dark' : 'default';
    }

    async function draw() {
        diagrams.forEach((diagram, index) => {
            diagram.removeAttribute('data-processed');
            diagram.textContent = sources[index];
        });
        mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: theme() });
        await mermaid.run({ nodes: diagrams });
    }

    let drawn = theme();
    new MutationObserver(() => {
        if (theme() !== drawn) {
            drawn = theme();
            draw();
        }
    }).observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
    draw();
})();
