//! The way to AWS: a runtime, a session, and the signals that stop a run. A build without the `aws` feature has none, and says so.

#[cfg(feature = "aws")]
pub(super) use reachable::{Reads, Remote};
#[cfg(not(feature = "aws"))]
pub(super) use unreachable::Remote;

/// What a build without the feature answers.
#[cfg(not(feature = "aws"))]
mod unreachable {
    use crate::cli::ctx::Context;
    use crate::cli::error::{Failure, Kind};
    use crate::cli::planning::{Realities, Versions};
    use crate::cli::project::Project;
    use crate::state::Snapshot;

    /// There is none.
    pub(in crate::cli) enum Remote {}

    impl Remote {
        pub(in crate::cli) fn open(_: &Project) -> Result<Self, Failure> {
            let failure = Failure::of(Kind::Usage, "this build of pipetoll cannot reach AWS: it was made without the `aws` feature");
            Err(failure
                .hinted("`pipetoll plan --offline` plans against what is remembered; build with default features to refresh and apply"))
        }

        pub(in crate::cli) fn account(&self) -> &str {
            match *self {}
        }

        pub(in crate::cli) fn refresh(&self, _: &Project, _: &Snapshot, _: &Context) -> Result<Realities, Failure> {
            match *self {}
        }

        pub(in crate::cli) fn versions(&self, _: &Project, _: &Snapshot, _: &Context) -> Result<Versions, Failure> {
            match *self {}
        }
    }
}

#[cfg(feature = "aws")]
mod reachable {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    pub(in crate::cli) use crate::apply::scan::{Lists, Reads};
    use crate::apply::{Execution, Keepers, Refresh, RefreshError, Revealed, Scan, Settle, Settled, Summary, conceal};
    use crate::aws::{Class, Session, SessionError, Stop};
    use crate::base::address::Address;
    use crate::base::path::Path;
    use crate::cli::ctx::Context;
    use crate::cli::error::{Failure, Kind};
    use crate::cli::planning::{Realities, Versions};
    use crate::cli::project::Project;
    use crate::kinds;
    use crate::model::event::Observer;
    use crate::model::plan::Plan;
    use crate::model::resource::Architecture;
    use crate::model::secret::Secret;
    use crate::state::{Journal, Mask, Snapshot};

    /// How long running calls may still take after the second Ctrl-C.
    const LAST_WORDS: std::time::Duration = std::time::Duration::from_secs(8);

    /// An open session and what its calls run on.
    pub(in crate::cli) struct Remote {
        session: Session,
        /// Absent only while it is being shut down.
        runtime: Option<tokio::runtime::Runtime>,
    }

    impl Remote {
        /// Finds credentials, and refuses those of another account before anything else is called.
        pub(in crate::cli) fn open(project: &Project) -> Result<Self, Failure> {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::of(Kind::Internal, format!("could not start threads: {error}")))?;
            let settings = &project.architecture.settings;
            let opening = Session::open(&settings.region, settings.account.as_deref(), Arc::new(kinds::Aws));
            let session = runtime.block_on(opening).map_err(no_session)?;
            Ok(Self { session, runtime: Some(runtime) })
        }

        /// The account that the credentials belong to.
        pub(in crate::cli) fn account(&self) -> &str {
            self.session.account()
        }

        fn block_on<F: Future>(&self, work: F) -> Result<F::Output, Failure> {
            let runtime = self.runtime.as_ref().ok_or_else(|| Failure::of(Kind::Internal, "the runtime is gone"))?;
            Ok(runtime.block_on(work))
        }

        /// Does what only looks, until it is done or the user stops it: nothing is lost with it.
        fn unless_stopped<F: Future>(&self, work: F, context: &Context) -> Result<F::Output, Failure> {
            let mut stop = context.stop();
            let done = self.block_on(async {
                tokio::select! {
                    done = work => Some(done),
                    Ok(_) = stop.wait_for(|stop| *stop != Stop::No) => None,
                }
            })?;
            done.ok_or_else(|| context.declined())
        }

        /// Reads what is real.
        pub(in crate::cli) fn refresh(&self, project: &Project, snapshot: &Snapshot, context: &Context) -> Result<Realities, Failure> {
            let progress = context.progress();
            let refresh = Refresh {
                session: &self.session,
                snapshot,
                architecture: Some(&project.architecture),
                observer: &progress,
                clock: Arc::clone(&context.clock),
                stop: context.stop(),
            };
            let mut realities = self.unless_stopped(refresh.run(), context)?.map_err(not_read)?;
            // Without a mask nothing was recorded that could be compared, and any will do to hide what is there.
            let mask = project.store()?.mask(false)?.unwrap_or_else(Mask::random);
            conceal(&mut realities, snapshot, Some(&project.architecture), &mask);
            Ok(realities)
        }

        /// Asks which version each recorded secret has now. One that cannot be asked counts as unchanged, and that is said.
        pub(in crate::cli) fn versions(&self, project: &Project, snapshot: &Snapshot, context: &Context) -> Result<Versions, Failure> {
            let recorded = |address: &Address| snapshot.get(address).is_some_and(|record| !record.secrets.is_empty());
            let mut wanted = BTreeSet::new();
            for resource in project.architecture.resources.values().filter(|resource| recorded(&resource.address)) {
                resource.desired.secrets(&mut |_, template| wanted.extend(template.secrets().cloned()));
            }
            if wanted.is_empty() {
                return Ok(Versions::new());
            }
            let progress = context.progress();
            let answers = self.unless_stopped(self.keepers(&progress, context).versions(&wanted), context)?;
            let mut versions = Versions::new();
            for (secret, answer) in answers {
                match answer {
                    Ok(version) => drop(versions.insert(secret, version)),
                    Err(failure) => {
                        let hint = failure.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
                        context.remark(&format!("note: whether the secret {secret} is another one now is not known: {failure}{hint}\n"));
                    }
                }
            }
            Ok(versions)
        }

        /// Reads the secrets that the steps of a plan hand to AWS.
        pub(in crate::cli) fn reveal(&self, plan: &Plan, project: &Project, context: &Context) -> Result<Revealed, Failure> {
            let mut places: BTreeMap<Secret, (Address, Path)> = BTreeMap::new();
            for step in plan.changes() {
                let Some(desired) = &step.desired else { continue };
                desired.secrets(&mut |path, template| {
                    for secret in template.secrets() {
                        places.entry(secret.clone()).or_insert_with(|| (step.address.clone(), path.clone()));
                    }
                });
            }
            if places.is_empty() {
                return Ok(Revealed::default());
            }
            let (progress, wanted) = (context.progress(), places.keys().cloned().collect());
            let read = self.unless_stopped(self.keepers(&progress, context).read(&wanted), context)?;
            read.map_err(|errors| {
                let credentials = errors.iter().any(|(_, failure)| failure.class == Class::Credentials);
                let kind = if credentials { Kind::Credentials } else { Kind::Aws };
                let mut said = Failure::of(kind, "could not read the secrets; nothing was changed");
                for (secret, failure) in &errors {
                    let place = places.get(secret).and_then(|(address, path)| {
                        let resource = project.architecture.get(address)?;
                        Some(format!("{} ({path} of {address})", project.place(resource.place(path).0)))
                    });
                    said = said.detailed("secret", format!("{secret} at {}: {failure}", place.unwrap_or_default()));
                    said.hints.extend(failure.hint().filter(|hint| !said.hints.contains(hint)).into_iter().collect::<Vec<_>>());
                }
                said
            })
        }

        fn keepers<'a>(&'a self, observer: &'a dyn Observer, context: &Context) -> Keepers<'a> {
            Keepers { session: &self.session, observer, clock: Arc::clone(&context.clock), stop: context.stop() }
        }

        /// Lists what there is of these kinds.
        pub(in crate::cli) fn list(&self, kinds: &[&'static str], context: &Context) -> Result<Lists, Failure> {
            let progress = context.progress();
            let scan = Scan { session: &self.session, observer: &progress, clock: Arc::clone(&context.clock), stop: context.stop() };
            self.unless_stopped(scan.list(kinds), context)
        }

        /// Reads what has these ids, whether or not anything is remembered of it.
        pub(in crate::cli) fn read(&self, wanted: &[(Address, String)], context: &Context) -> Result<Reads, Failure> {
            let progress = context.progress();
            let scan = Scan { session: &self.session, observer: &progress, clock: Arc::clone(&context.clock), stop: context.stop() };
            self.unless_stopped(scan.read(wanted), context)
        }

        /// Looks up what an earlier run left open.
        pub(in crate::cli) fn settle(&self, journal: &Journal, context: &Context) -> Result<(), Failure> {
            let progress = context.progress();
            let clock = Arc::clone(&context.clock);
            let settle = Settle { session: &self.session, journal, observer: &progress, clock, stop: context.stop() };
            let settled = self.unless_stopped(settle.run(), context)?.map_err(|failure| of_aws(&failure))?;
            for one in settled {
                context.remark(&match one {
                    Settled::Found(address, id) => {
                        format!("note: {address} was made by a run that was cut off; it goes on from there ({id})\n")
                    }
                    Settled::NotMade(address) => format!("note: {address} was not made by the run that was cut off\n"),
                });
            }
            Ok(())
        }

        /// Carries a plan out, until it is done or the user stops it.
        pub(in crate::cli) fn execute(
            &self,
            plan: &Plan,
            architecture: Option<&Architecture>,
            (realities, secrets): (&Realities, &Revealed),
            journal: &Journal,
            parallel: usize,
            context: &Context,
        ) -> Result<Summary, Failure> {
            let progress = context.progress();
            let execution = Execution {
                session: &self.session,
                journal,
                architecture,
                plan,
                secrets,
                realities,
                parallel,
                observer: &progress,
                clock: Arc::clone(&context.clock),
                stop: context.stop(),
            };
            self.block_on(execution.run())
        }
    }

    impl Drop for Remote {
        fn drop(&mut self) {
            if let Some(runtime) = self.runtime.take() {
                runtime.shutdown_timeout(LAST_WORDS);
            }
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    fn no_session(error: SessionError) -> Failure {
        match &error {
            SessionError::NoCredentials(_) => Failure::of(Kind::Credentials, error.to_string())
                .hinted("log in, or set AWS_PROFILE; `pipetoll plan --offline` needs no credentials"),
            SessionError::WrongAccount { .. } => {
                Failure::of(Kind::Credentials, error.to_string()).hinted("log in to the right account, or choose another `--env`")
            }
            SessionError::Unreachable(failure) => of_aws(failure),
        }
    }

    fn of_aws(failure: &crate::aws::Failure) -> Failure {
        let kind = match failure.class {
            Class::Credentials => Kind::Credentials,
            Class::Interrupted => Kind::Interrupted,
            _ => Kind::Aws,
        };
        let said = Failure::of(kind, format!("could not do {}", failure.operation)).detailed("aws", failure.to_string());
        match failure.hint() {
            Some(hint) => said.hinted(hint),
            None => said,
        }
    }

    /// A plan over guesses would be worse than none, so everything that could not be read is named.
    #[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    fn not_read(errors: Vec<RefreshError>) -> Failure {
        let credentials = errors.iter().any(|error| error.failure.class == Class::Credentials);
        let kind = if credentials { Kind::Credentials } else { Kind::Aws };
        let mut failure = Failure::of(kind, "could not read what is in AWS");
        let mut hints: Vec<String> = Vec::new();
        for error in &errors {
            failure = failure.detailed("aws", format!("{}: {}", error.address, error.failure));
            hints.extend(error.failure.hint().filter(|hint| !hints.contains(hint)).into_iter().collect::<Vec<_>>());
        }
        failure.hints = hints;
        failure
    }
}
