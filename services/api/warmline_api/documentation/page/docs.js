SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#operations",
  deepLinking: true,
  // No shape is opened before somebody asks for it: the page would hold all of them at once.
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  // The service that draws a badge for documents is somebody else's.
  validatorUrl: null,
});
