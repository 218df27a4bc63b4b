//! What can be asked for: a page, a snippet's output, the reader's progress, and word of the next
//! change.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{DefaultBodyLimit, Json, Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::Server;
use super::guard::Refusal;
use super::{live, progress};

/// The longest snippet, in bytes of JSON.
const LONGEST: usize = 256 << 10;

/// All routes, behind the guard.
pub fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route(
            "/run/evaluate",
            post(evaluate).layer(DefaultBodyLimit::max(LONGEST)),
        )
        .route(
            "/roadmap/progress",
            get(progress::show)
                .post(progress::change)
                .layer(DefaultBodyLimit::max(progress::LONGEST)),
        )
        .route(&format!("/{}", live::ENDPOINT), get(listen))
        .fallback(page)
        .layer(middleware::from_fn_with_state(server.clone(), guarded))
        .with_state(server)
}

/// Every request passes here, and every response gets the headers that keep foreign pages out.
async fn guarded(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let mut response = match server.guard.check_host(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = [
        ("content-security-policy", POLICY),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        // The next build may have other pages at the same addresses.
        ("cache-control", "no-cache"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Pages bring their own scripts and styles, some of them inline, and talk to nobody else.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'; form-action 'none'";

#[derive(Deserialize)]
struct Snippet {
    code: String,
}

#[derive(Serialize)]
struct Evaluation {
    result: String,
}

async fn evaluate(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    Json(snippet): Json<Snippet>,
) -> Result<Json<Evaluation>, Response> {
    let checked = server.guard.check_page(&headers);
    checked.map_err(IntoResponse::into_response)?;
    match server.runner.evaluate(&snippet.code).await {
        Ok(result) => Ok(Json(Evaluation { result })),
        Err(error) => Err((StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()),
    }
}

async fn listen(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    server.guard.check_origin(&headers)?;
    Ok(upgrade.on_upgrade(|socket| tell_of_change(server, socket)))
}

async fn tell_of_change(server: Arc<Server>, mut socket: WebSocket) {
    let mut changes = server.live.changes();
    tokio::select! {
        changed = changes.changed() => {
            if changed.is_ok() {
                // A page that is gone needs no word.
                let _ = socket.send(Message::text("reload")).await;
            }
        }
        _ = socket.recv() => {}
    }
}

async fn page(State(server): State<Arc<Server>>, request: Request) -> Response {
    let pages = server.live.pages();
    let wants_token =
        !request.uri().path().contains('.') || request.uri().path().ends_with(".html");
    let Ok(response) = ServeDir::new(pages.path()).oneshot(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => not_found(pages.path()),
        StatusCode::OK if wants_token && is_html(response.headers()) => {
            let (mut head, body) = response.into_parts();
            let Ok(body) = axum::body::to_bytes(Body::new(body), usize::MAX).await else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            head.headers.remove(header::CONTENT_LENGTH);
            let page = with_token(&String::from_utf8_lossy(&body), server.guard.token());
            Response::from_parts(head, Body::from(page))
        }
        _ => response.map(Body::new),
    }
}

/// Without the token: nothing runs on this page.
fn not_found(pages: &Path) -> Response {
    let page = std::fs::read_to_string(pages.join("404.html")).unwrap_or_default();
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::NOT_FOUND, headers, page).into_response()
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn with_token(page: &str, token: &str) -> String {
    page.replacen(
        "<head>",
        &format!("<head>\n        <meta name=\"book-token\" content=\"{token}\">"),
        1,
    )
}
