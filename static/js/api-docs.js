// Draws the description of the API from its schema. Calls tried out carry the page's CSRF token.
const place = document.getElementById("api-docs");

// The parts in an order of our own: the bundled layout brings a second main landmark into the page.
function layout(system) {
    const draw = system.React.createElement;

    function PageLayout({ getComponent, specSelectors }) {
        const part = (name) => draw(getComponent(name, true));
        const loaded = specSelectors.specJson().size > 0;
        return draw(
            "div",
            { className: "swagger-ui" },
            draw(getComponent("SvgAssets")),
            part("errors"),
            loaded && draw("div", { className: "scheme-container" }, part("AuthorizeBtnContainer")),
            loaded && part("FilterContainer"),
            loaded && part("operations"),
        );
    }

    return { components: { PageLayout } };
}

// What the bundle leaves out for people who do not use a mouse or do not see: levels of headings, names, places to stop.
function settle() {
    const name = place.dataset.examples;
    place.querySelectorAll("h3.opblock-tag").forEach((heading) => heading.setAttribute("aria-level", "2"));
    place.querySelectorAll("h4.opblock-title").forEach((heading) => heading.setAttribute("aria-level", "3"));
    place.querySelectorAll(".examples-select-element").forEach((select) => select.setAttribute("aria-label", name));
    place.querySelectorAll(".highlight-code > pre").forEach((code) => code.setAttribute("tabindex", "0"));
}

if (place && window.SwaggerUIBundle) {
    let waiting = false;
    const soon = () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
            waiting = false;
            settle();
        });
    };
    new MutationObserver(soon).observe(place, { childList: true, subtree: true });
    window.SwaggerUIBundle({
        url: place.dataset.schema,
        domNode: place,
        presets: [window.SwaggerUIBundle.presets.apis],
        plugins: [layout],
        layout: "PageLayout",
        docExpansion: "none",
        displayOperationId: true,
        filter: true,
        validatorUrl: null,
        syntaxHighlight: { activated: false },
        requestInterceptor: (request) => {
            if (!["GET", "HEAD"].includes((request.method || "GET").toUpperCase())) {
                request.headers["X-CSRFToken"] = place.dataset.csrf;
            }
            return request;
        },
    });
}
