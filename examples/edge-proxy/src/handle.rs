//! The life of a request, from its head to its answer.
//!
//! Each step either passes the request on or ends it with a [`Refusal`], which becomes the answer;
//! so there is one way out, where what must never be forgotten is done.
//!
//! ```text
//!   head ─▶ host ─▶ route ─▶ rate limit ─▶ body ─▶ headers ─▶ attempts ─▶ answer
//!            400     404        429        413 408             502 503 504
//! ```

use std::convert::Infallible;
use std::rc::Rc;

use http::{Request, Response};
use hyper::body::Incoming;

use crate::body::{ResponseBody, Source};
use crate::client::Client;
use crate::failure::Refusal;
use crate::forward::forward;
use crate::headers;
use crate::outbound::Outbound;
use crate::turn::Turn;
use crate::upload::Upload;

// ANCHOR: handle
/// Answers a request: with what an upstream says, or with why no upstream was asked.
pub async fn handle(
    client: Rc<Client>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Infallible> {
    let mut turn = Turn::begin(client, &request);
    let answer = answer(&mut turn, request).await;
    let mut response = answer.unwrap_or_else(|refusal| turn.refuse(refusal));
    turn.status = response.status();
    turn.finish_head(response.headers_mut());
    Ok(response.map(|source| ResponseBody { source, turn }))
}

async fn answer(turn: &mut Turn, request: Request<Incoming>) -> Result<Response<Source>, Refusal> {
    let (head, body) = request.into_parts();
    let view = Rc::clone(&turn.view);
    let host = headers::host(&head)?;
    let table = &view.routing.table;
    let route = table.find(host, head.uri.path()).ok_or(Refusal::NoRoute)?;
    turn.route = Some(route.number);
    turn.limit(route, &head)?;
    let asks = route.upstream.request(&head, turn.client.ip);
    let again = route.upstream.settings.retry.attempts.get() > 1 && head.method.is_idempotent();
    let upload = Upload::admit(body, route.limits, again, &turn.alarm).await?;
    let request = Outbound::new(head, upload, &turn.client.forwarded_for)?;
    forward(turn, route, request, asks).await
}
// ANCHOR_END: handle
