//! The reader's progress through the roadmap, for the roadmap's page: what it is, and changes to
//! it.
//!
//! The page asks for the whole, changes one thing at a time, and gets the whole again. The file is
//! read for each request, because a terminal or an editor may have changed it since. It is changed
//! as the command line changes it, by [`book_roadmap::edit`]; so a file that is damaged is refused
//! with line and reason, and left as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use book_roadmap::{Day, Error, Progress, Roadmap, State as Stage, View, edit};
use serde::Deserialize;

use super::Server;
use crate::today::today;

/// The longest change, in bytes of JSON: a note of some pages.
pub const LONGEST: usize = 64 << 10;

/// Where the curriculum and the reader's progress are.
pub struct Files {
    /// `book/roadmap.toml`.
    pub roadmap: PathBuf,
    /// `progress.toml`, which need not be there yet.
    pub progress: PathBuf,
}

/// One change of one module: exactly one of the fields beside `module`, or `measure` with `value`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    module: String,
    state: Option<Stage>,
    hours: Option<f64>,
    note: Option<String>,
    measure: Option<String>,
    value: Option<String>,
}

/// Answers with the progress as it is.
pub async fn show(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let checked = server.guard.check_question(&headers);
    checked.map_err(IntoResponse::into_response)?;
    blocking(move || server.files.view()).await
}

/// Changes the progress, and answers with what it is then.
pub async fn change(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    Json(change): Json<Change>,
) -> Result<Response, Response> {
    let checked = server.guard.check_page(&headers);
    checked.map_err(IntoResponse::into_response)?;
    blocking(move || server.files.change(&change)).await
}

/// Files are read and written, and locks waited for, where nobody else has to wait.
async fn blocking(
    work: impl FnOnce() -> Result<View, Refused> + Send + 'static,
) -> Result<Response, Response> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(view)) => Ok(Json(view).into_response()),
        Ok(Err(refused)) => Err(refused.into_response()),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    }
}

impl Files {
    /// Those of the repository at `root`.
    pub fn of(root: &Path, progress: &Path) -> Self {
        Files {
            roadmap: root.join("book/roadmap.toml"),
            progress: progress.to_owned(),
        }
    }

    fn view(&self) -> Result<View, Refused> {
        let roadmap = Roadmap::read(&self.roadmap)?;
        let progress = Progress::load(&self.progress)?;
        Ok(View::of(&roadmap, &progress))
    }

    fn change(&self, change: &Change) -> Result<View, Refused> {
        let roadmap = Roadmap::read(&self.roadmap)?;
        let wanted = Wanted::of(change)?;
        let view = edit(&self.progress, &roadmap, |progress| {
            wanted.apply(progress, &roadmap, &change.module, today())?;
            Ok(View::of(&roadmap, progress))
        })?;
        Ok(view)
    }
}

/// What a change asks for.
enum Wanted<'a> {
    Stage(Stage),
    Hours(f64),
    Note(&'a str),
    Measure(&'a str, &'a str),
}

impl<'a> Wanted<'a> {
    fn of(change: &'a Change) -> Result<Self, Refused> {
        let Change {
            state,
            hours,
            note,
            measure,
            value,
            ..
        } = change;
        match (state, hours, note, measure, value) {
            (Some(stage), None, None, None, None) => Ok(Wanted::Stage(*stage)),
            (None, Some(hours), None, None, None) => Ok(Wanted::Hours(*hours)),
            (None, None, Some(note), None, None) => Ok(Wanted::Note(note)),
            (None, None, None, Some(key), Some(value)) => Ok(Wanted::Measure(key, value)),
            _ => Err(Refused::Unclear),
        }
    }

    fn apply(
        &self,
        progress: &mut Progress,
        roadmap: &Roadmap,
        id: &str,
        today: Day,
    ) -> Result<(), Error> {
        match *self {
            Wanted::Stage(stage) => set_stage(progress, roadmap, id, stage, today),
            Wanted::Hours(hours) => progress.set_hours(roadmap, id, hours),
            Wanted::Note(note) => progress.note(roadmap, id, today, note),
            Wanted::Measure(key, value) => {
                let module = progress.known(roadmap, id)?;
                if !module.measures.iter().any(|measure| measure.key == key) {
                    let near = module.measures.iter().map(|measure| measure.key.clone());
                    return Err(Error::UnknownMeasure {
                        key: key.to_owned(),
                        near: near.collect(),
                    });
                }
                progress.measure(roadmap, key, value, today).map(|_| ())
            }
        }
    }
}

/// A click takes the reader's word: what it makes done is not verified. And it may be a slip, so
/// that taking it back keeps the hours.
fn set_stage(
    progress: &mut Progress,
    roadmap: &Roadmap,
    id: &str,
    stage: Stage,
    today: Day,
) -> Result<(), Error> {
    progress.known(roadmap, id)?;
    let before = progress.records.get(id).cloned().unwrap_or_default();
    if before.state == stage {
        return Ok(());
    }
    match stage {
        Stage::Done => progress.done(roadmap, id, today, false).map(|_| ()),
        Stage::Review => progress.again(roadmap, id),
        Stage::NotStarted | Stage::InProgress => {
            progress.reset(roadmap, id)?;
            if before.hours > 0.0 {
                progress.set_hours(roadmap, id, before.hours)?;
            }
            if stage == Stage::InProgress {
                progress.start(roadmap, id, before.started.unwrap_or(today))?;
            }
            Ok(())
        }
    }
}

/// Why there is no progress to show.
enum Refused {
    /// The roadmap, the progress or the change is not as it should be.
    By(Error),
    /// A change that asks for nothing, or for several things.
    Unclear,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::By(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = match self {
            Refused::By(error) => error,
            Refused::Unclear => {
                let words = "One of state, hours, note, or measure with value.\n";
                return (StatusCode::UNPROCESSABLE_ENTITY, words).into_response();
            }
        };
        let status = match &error {
            Error::Io { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            // A file is in the way, which the reader has to mend.
            Error::Invalid { .. } => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        (status, crate::with_causes(&error)).into_response()
    }
}
