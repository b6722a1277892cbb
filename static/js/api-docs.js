// Draws the description of the API from its schema. Calls tried out carry the page's CSRF token.
const place = document.getElementById("api-docs");

if (place && window.SwaggerUIBundle) {
    window.SwaggerUIBundle({
        url: place.dataset.schema,
        domNode: place,
        presets: [window.SwaggerUIBundle.presets.apis],
        layout: "BaseLayout",
        docExpansion: "list",
        defaultModelsExpandDepth: -1,
        displayOperationId: true,
        deepLinking: true,
        filter: true,
        tryItOutEnabled: false,
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
