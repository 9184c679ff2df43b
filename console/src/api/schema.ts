// 1e89b46d3fe62c01351d49f066ed8fad (made from the server's routes by scripts/console-types.ts)
export interface paths {
    readonly "/api/v1/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How the server itself is: its mode, its workers, its jobs, and what is wrong with it */
        readonly get: operations["status"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/repositories/{name}/reread": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Read a repository again now, rather than at its next turn */
        readonly post: operations["repositoryReread"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The configuration in force, where it comes from, what is wrong with it, and what is not set up and how it is */
        readonly get: operations["settingsShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/secrets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The secrets that are kept sealed in the database: names, never values */
        readonly get: operations["secretList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/secrets/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Keep a secret sealed in the database, in place of one of that name; it is never shown again */
        readonly put: operations["secretKeep"];
        readonly post?: never;
        /** Forget a secret of the database; what refers to it then fails and says so */
        readonly delete: operations["secretForget"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/overview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is due, unproven, drifting, exposed and running: each with why and what to do next, worst first */
        readonly get: operations["overview"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/guides": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Both guides line by line: state, why, last evidence, what to do today */
        readonly get: operations["guideLines"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/guides/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One line of a guide, and how it stands */
        readonly get: operations["guideShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/environments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The environments: health, findings, window, mode, what is set up, and which versions they run */
        readonly get: operations["environmentList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/components/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One component: versions by environment, pins, how far behind, health, findings, who needs it, work and runs */
        readonly get: operations["componentShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/graph": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who needs whom, in which order to upgrade, and what one component takes with it */
        readonly get: operations["componentGraph"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/matrix": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Which version runs in which environment, and which combinations are known to work together */
        readonly get: operations["componentMatrix"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Which kinds of things change, as they do: ready at the begin, then changed; a beat every 15 s */
        readonly get: operations["eventWatch"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Components, findings, runs, work, duties, incidents and lines of the guides that hold a text */
        readonly get: operations["search"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who you are to this server, and what you may do where */
        readonly get: operations["me"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The API tokens, without their secrets */
        readonly get: operations["tokenList"];
        readonly put?: never;
        /** Make an API token; its secret is shown this once */
        readonly post: operations["tokenCreate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tokens/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** End an API token and the logins made with it, at once */
        readonly delete: operations["tokenRevoke"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/emergencies": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Emergency rights that were taken, and who reviewed them */
        readonly get: operations["emergencyList"];
        readonly put?: never;
        /** Take an approver's rights in one environment for a short time; somebody else reviews it afterwards */
        readonly post: operations["emergencyTake"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/emergencies/{id}/review": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Review emergency rights that somebody else took; they end with it */
        readonly post: operations["emergencyReview"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/findings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is wrong, worst first */
        readonly get: operations["findingList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/finding-counts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How many findings there are, by environment, severity and state */
        readonly get: operations["findingCount"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/findings/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One finding: where, since when, and what became of it */
        readonly get: operations["findingShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/findings/{id}/suppression": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What to add to millwright.yaml, in a merge request, to live with a finding until a day */
        readonly get: operations["findingSuppress"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/components": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What runs, as each source declares it */
        readonly get: operations["componentList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/inventory": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Every place that fixes a version, or ought to */
        readonly get: operations["pinList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sources": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is looked at, when it was last, and what could not be understood */
        readonly get: operations["sourceList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/outdated": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How each pin stands to its upstream's releases, end of life first */
        readonly get: operations["releaseList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/forge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How the forge guards the branch that each environment follows */
        readonly get: operations["forgeShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/calendar": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Windows, freezes, duties and planned work, by time */
        readonly get: operations["calendarShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/calendar.ics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The calendar of the next half year, for calendar programs (iCalendar) */
        readonly get: operations["calendarFeed"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/windows": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The windows of each environment, whether one is open, and the next */
        readonly get: operations["calendarWindows"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/simulate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Play the calendar through: what collides, and what lapses although people do their part */
        readonly get: operations["calendarSimulate"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/duties": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The recurring duties: overdue, due, and when the others come */
        readonly get: operations["dutyList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/duties/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A duty with its last turns and their proofs */
        readonly get: operations["dutyShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/duties/{id}/complete": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say that a duty was done, and what proves it */
        readonly post: operations["dutyComplete"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is to be done, in the order it came up */
        readonly get: operations["workList"];
        readonly put?: never;
        /** Ask for a piece of work */
        readonly post: operations["workCreate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A work order: may it start now, and if not, every reason why */
        readonly get: operations["workShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/plan": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Plan it: it starts in the first opening that has room and nothing against it */
        readonly post: operations["workPlan"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/approve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Approve it as it is planned; the approval ends when the plan changes, and by itself */
        readonly post: operations["workApprove"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/start": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Begin it by hand, now; refused with every reason that stands against it */
        readonly post: operations["workStart"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/finish": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say how work done by hand ended, and what proves it */
        readonly post: operations["workFinish"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Decide that it is not done, and why; the same finding does not raise it again */
        readonly post: operations["workCancel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/emergency": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Let it be done outside windows and freezes, and say why; gates and the emergency stop still hold */
        readonly post: operations["workEmergency"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/work-orders/{id}/silence": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The silence for Alertmanager that covers this work, its rollback included, and nothing else */
        readonly get: operations["workSilence"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/calendar/mutes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Time intervals and routes for Alertmanager's configuration: one for each piece of planned work */
        readonly get: operations["calendarMutes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/journal/entries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Entries of the maintenance log, newest first */
        readonly get: operations["journalList"];
        readonly put?: never;
        /** Write down work that was done by hand */
        readonly post: operations["journalNote"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/journal/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The whole log, to be verified anywhere: JSON Lines, or Markdown to read */
        readonly get: operations["journalExport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/journal/anchor": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Where the log ends, signed: keep it where the server's operator cannot change it */
        readonly get: operations["journalAnchor"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/journal/report": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a week, a month or a quarter brought: work, issues, what is left to do */
        readonly get: operations["journalReport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/journal/report.html": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The same as one self-contained page */
        readonly get: operations["journalReport-page"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/journal/entries/{sequence}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One entry of the maintenance log */
        readonly get: operations["journalShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/notices": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Messages to people, newest first, and whether they were taken */
        readonly get: operations["noticeList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/notices/deliveries/{id}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Try a dead delivery anew */
        readonly post: operations["noticeRetry"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Incidents, newest first */
        readonly get: operations["incidentList"];
        readonly put?: never;
        /** Open an incident and call people */
        readonly post: operations["incidentOpen"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** An incident with its timeline, its alerts, and what stands against closing it */
        readonly get: operations["incidentShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}/acknowledge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Have an incident in hand: nobody further is called */
        readonly post: operations["incidentAcknowledge"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}/notes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Write what was seen or done into the timeline */
        readonly post: operations["incidentNote"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}/override": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Do something outside its window, or without what must come first; what it skips stays owed */
        readonly post: operations["incidentOverride"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}/resolve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say that what was wrong is over, and what ended it */
        readonly post: operations["incidentResolve"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}/review": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Look back: causes and what would help, never whose fault it was */
        readonly post: operations["incidentReview"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/incidents/{id}/close": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Close an incident of which nothing is left to be done */
        readonly post: operations["incidentClose"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/procedures": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What can be run, and what each is given */
        readonly get: operations["procedureList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/procedures/{procedure}/plan": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** What would be done, step by step; nothing is */
        readonly post: operations["procedurePlan"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Runs, the newest first */
        readonly get: operations["runList"];
        readonly put?: never;
        /** Start a procedure; in mode observe only one without an effect outside */
        readonly post: operations["runStart"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A run with its plan, what became of each step, and who agreed */
        readonly get: operations["runShow"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Every attempt of a run, with what it said */
        readonly get: operations["runLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What happens in a run, as it happens, until it ends */
        readonly get: operations["runWatch"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/approve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Agree to the plan with this digest; on production somebody else than who asked for it */
        readonly post: operations["runApprove"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/reject": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Do not agree to the plan with this digest */
        readonly post: operations["runReject"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Try the step again at which the run waits */
        readonly post: operations["runRetry"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/skip": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Go on without the step at which the run waits */
        readonly post: operations["runSkip"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/attest": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say that a step was done by hand, and what proves it */
        readonly post: operations["runAttest"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/pause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Let a run stand after the step it is at */
        readonly post: operations["runPause"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Let a paused run go on */
        readonly post: operations["runResume"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/abort": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take back what can be taken back, the last first, and end the run */
        readonly post: operations["runAbort"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** End a run where it is, taking nothing back */
        readonly post: operations["runCancel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/observations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What the probes say: healthy, unhealthy, absent or unknown, and since when */
        readonly get: operations["observationList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/observation-changes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** When something entered another state, the newest first */
        readonly get: operations["observationHistory"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/series": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is measured */
        readonly get: operations["seriesList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/series/{id}/samples": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Single measurements, oldest first */
        readonly get: operations["seriesSamples"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/series/{id}/hours": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Measurements by the hour, oldest first */
        readonly get: operations["seriesHours"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/series/{id}/chart": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Measurements of a span in so many points as a chart has room for, oldest first */
        readonly get: operations["seriesChart"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Each component: healthy, unhealthy, affected by another, or unknown */
        readonly get: operations["health"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/key-metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The key metrics, each from its real source, or absent by design */
        readonly get: operations["metricList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/log-signatures": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Error lines of the logs, those that are alike as one: new, rising or usual */
        readonly get: operations["observationSignatures"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/runs/{id}/comparison": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What was measured before a run's change and after it, side by side */
        readonly get: operations["runComparison"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/drift": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What is not as Git says, field by field: since when, and who wrote it */
        readonly get: operations["driftList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/drift/put-back": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What can be put back, as the procedure and its arguments */
        readonly get: operations["driftOffers"];
        readonly put?: never;
        /** Start a run that has Argo CD put back what was changed by hand in an Application */
        readonly post: operations["driftPut-back"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/applications": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Argo CD's Applications as they were seen last */
        readonly get: operations["applicationList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/certificates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** cert-manager's certificates: when they end, and when they are renewed */
        readonly get: operations["certificateList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/workloads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What runs in the clusters, by image */
        readonly get: operations["workloadList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/clusters": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** When each cluster was looked at, whether it answered, and what could not be seen */
        readonly get: operations["clusterList"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/documents/troubleshooting": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What can go wrong, what shows it, what to do, and what shows now */
        readonly get: operations["documentTroubleshooting"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/documents/security": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Rights, who can write, what lies open, when secrets are rotated, and what leaves the machine */
        readonly get: operations["documentSecurity"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/documents/architecture": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Each environment as it is deployed: components, who needs whom, and what keeps data */
        readonly get: operations["documentArchitecture"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/documents/{name}/markdown": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A document as Markdown, for a repository to keep: SECURITY.md, TROUBLESHOOTING.md, ARCHITECTURE.md */
        readonly get: operations["documentWrite"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Problem: {
            readonly type: string;
            readonly title: string;
            readonly status: number;
            /** @description What happened */
            readonly detail: string;
            /** @description What would help */
            readonly toDo: string;
            /** @description The call */
            readonly where: string;
            /** @description Names this one call in the server's log */
            readonly instance: string;
            readonly errors?: readonly {
                readonly where: string;
                readonly problem: string;
            }[];
        };
        readonly workPlan__schema0: unknown;
        readonly procedurePlan__schema0: unknown;
        readonly runStart__schema0: unknown;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly status: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How the server itself is: its mode, its workers, its jobs, and what is wrong with it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly version: string;
                        /** @enum {string} */
                        readonly mode: "observe" | "shadow" | "act";
                        readonly stopped: boolean;
                        readonly problems: readonly string[];
                        readonly workers: readonly {
                            readonly id: string;
                            readonly version: string;
                            readonly startedAt: string;
                            readonly beatAt: string;
                        }[];
                        readonly jobs: readonly {
                            readonly id: string;
                            readonly everySeconds: number;
                            readonly dueAt: string;
                            readonly finishedAt: string | null;
                            readonly outcome: string | null;
                            readonly error: string | null;
                            readonly failures: number;
                            readonly missed: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly repositoryReread: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a repository again now, rather than at its next turn */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly asked: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly settingsShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The configuration in force, where it comes from, what is wrong with it, and what is not set up and how it is */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly version: string;
                        /** @enum {string} */
                        readonly mode: "observe" | "shadow" | "act";
                        /** @description The emergency stop stands */
                        readonly stopped: boolean;
                        readonly links: readonly {
                            readonly title: string;
                            readonly url: string;
                        }[];
                        readonly parts: readonly {
                            readonly id: string;
                            readonly title: string;
                            /** @enum {string} */
                            readonly state: "configured" | "not set up";
                            readonly says: string;
                            readonly how: string;
                            readonly docs: string;
                        }[];
                        readonly platform: {
                            /** @description null: it runs without one */
                            readonly name: string | null;
                            readonly revision: string | null;
                            readonly since: string | null;
                            /** @description What is wrong with the file as it is now; the last valid one stays in force */
                            readonly mistakes: readonly {
                                readonly field: string;
                                readonly line: number;
                                readonly message: string;
                            }[];
                            readonly settings: readonly {
                                readonly key: string;
                                /** @description References in place of secrets */
                                readonly value: unknown;
                                /** @enum {string} */
                                readonly from: "file" | "default";
                            }[];
                        };
                        /** @description For administrators */
                        readonly server?: {
                            /** @description null: it runs without one */
                            readonly name: string | null;
                            readonly revision: string | null;
                            readonly since: string | null;
                            /** @description What is wrong with the file as it is now; the last valid one stays in force */
                            readonly mistakes: readonly {
                                readonly field: string;
                                readonly line: number;
                                readonly message: string;
                            }[];
                            readonly settings: readonly {
                                readonly key: string;
                                /** @description References in place of secrets */
                                readonly value: unknown;
                                /** @enum {string} */
                                readonly from: "file" | "default";
                            }[];
                        };
                        /** @description For administrators: where secrets are kept, never one */
                        readonly secrets?: readonly {
                            readonly place: string;
                            /** @description Settings that refer to it */
                            readonly uses: readonly string[];
                            /** @description Of the last 30 days */
                            readonly usedAt: string | null;
                            /** @description Sealed in the database */
                            readonly kept: boolean;
                        }[];
                        /** @description For administrators */
                        readonly grants?: readonly {
                            readonly role: string;
                            /** @description null: all of them */
                            readonly environment: string | null;
                            readonly people: readonly string[];
                            readonly groups: readonly string[];
                        }[];
                        /** @description For administrators */
                        readonly approvers?: readonly {
                            readonly role: string;
                            /** @description null: all of them */
                            readonly environment: string | null;
                            readonly people: readonly string[];
                            readonly groups: readonly string[];
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly secretList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The secrets that are kept sealed in the database: names, never values */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly name: string;
                            /** @description How the configuration names it: store:NAME */
                            readonly reference: string;
                            /** @description The key that seals it, by its id under sealing */
                            readonly key: string;
                            readonly sealedAt: string;
                            /** @description When it was used last, of the last 30 days */
                            readonly usedAt: string | null;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly secretKeep: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * Format: password
                     * @description The secret; @FILE or @- on the command line
                     */
                    readonly value: string;
                };
            };
        };
        readonly responses: {
            /** @description Keep a secret sealed in the database, in place of one of that name; it is never shown again */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly name: string;
                        /** @description How the configuration names it: store:NAME */
                        readonly reference: string;
                        /** @description The key that seals it, by its id under sealing */
                        readonly key: string;
                        readonly sealedAt: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly secretForget: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Forget a secret of the database; what refers to it then fails and says so */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly forgotten: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly overview: {
        readonly parameters: {
            readonly query?: {
                readonly kind?: "due" | "unproven" | "drift" | "exposed" | "running";
                readonly environment?: string;
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is due, unproven, drifting, exposed and running: each with why and what to do next, worst first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly at: string;
                        /** @description The worst three that are about different things */
                        readonly worst: readonly {
                            /** @description Stays the same while it is the same thing */
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "due" | "unproven" | "drift" | "exposed" | "running";
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            readonly title: string;
                            readonly why: string;
                            readonly since: string | null;
                            readonly environment: string | null;
                            readonly component?: string;
                            /** @description The same in lines that are about the same thing: finding/{id} */
                            readonly about?: string;
                            /** @description How many things of this kind the line stands for */
                            readonly count: number;
                            readonly next: {
                                readonly label: string;
                                /** @description To be pasted into a shell; TEXT stands for what a person has to say */
                                readonly cli: string;
                                /** @description A page of the console */
                                readonly route: string;
                                readonly action?: {
                                    /** @enum {string} */
                                    readonly method: "POST" | "PUT" | "DELETE";
                                    /** @description With the base: /api/v1/duties/daily-health/complete */
                                    readonly path: string;
                                    /** @description As far as it is known */
                                    readonly body: {
                                        readonly [key: string]: unknown;
                                    };
                                    /** @description Fields of the body that a person fills in */
                                    readonly asks: readonly string[];
                                    /**
                                     * @description The role it takes
                                     * @enum {string}
                                     */
                                    readonly needs: "operator" | "approver" | "admin";
                                    /**
                                     * @description outside: it changes the platform, or has it changed
                                     * @enum {string}
                                     */
                                    readonly effect: "own" | "outside";
                                };
                            };
                        }[];
                        readonly counts: {
                            readonly due: number;
                            readonly unproven: number;
                            readonly drift: number;
                            readonly exposed: number;
                            readonly running: number;
                        };
                        readonly environments: readonly {
                            readonly name: string;
                            /** @enum {string} */
                            readonly mode: "observe" | "shadow" | "act";
                            /**
                             * @description Missing: nothing is asked
                             * @enum {string}
                             */
                            readonly health?: "healthy" | "unhealthy" | "affected" | "unknown";
                            readonly components: {
                                readonly healthy: number;
                                readonly unhealthy: number;
                                readonly affected: number;
                                readonly unknown: number;
                            };
                            /** @description Open ones */
                            readonly findings: {
                                readonly critical: number;
                                readonly high: number;
                                readonly medium: number;
                                readonly low: number;
                            };
                            /** @description That have not ended */
                            readonly runs: number;
                            /** @description Open or acknowledged */
                            readonly incidents: number;
                            readonly window: {
                                readonly rules: readonly string[];
                                readonly isOpen: boolean;
                                /** @description Of the opening that it is in, or else the next one */
                                readonly from?: string;
                                readonly until?: string;
                                /** @description The same by the clock that people there live by */
                                readonly says?: string;
                                readonly frozenUntil?: string;
                            };
                        }[];
                        readonly lines: readonly {
                            /** @description Stays the same while it is the same thing */
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "due" | "unproven" | "drift" | "exposed" | "running";
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            readonly title: string;
                            readonly why: string;
                            readonly since: string | null;
                            readonly environment: string | null;
                            readonly component?: string;
                            /** @description The same in lines that are about the same thing: finding/{id} */
                            readonly about?: string;
                            /** @description How many things of this kind the line stands for */
                            readonly count: number;
                            readonly next: {
                                readonly label: string;
                                /** @description To be pasted into a shell; TEXT stands for what a person has to say */
                                readonly cli: string;
                                /** @description A page of the console */
                                readonly route: string;
                                readonly action?: {
                                    /** @enum {string} */
                                    readonly method: "POST" | "PUT" | "DELETE";
                                    /** @description With the base: /api/v1/duties/daily-health/complete */
                                    readonly path: string;
                                    /** @description As far as it is known */
                                    readonly body: {
                                        readonly [key: string]: unknown;
                                    };
                                    /** @description Fields of the body that a person fills in */
                                    readonly asks: readonly string[];
                                    /**
                                     * @description The role it takes
                                     * @enum {string}
                                     */
                                    readonly needs: "operator" | "approver" | "admin";
                                    /**
                                     * @description outside: it changes the platform, or has it changed
                                     * @enum {string}
                                     */
                                    readonly effect: "own" | "outside";
                                };
                            };
                        }[];
                        /** @description Lines that the limit left out */
                        readonly left: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly guideLines: {
        readonly parameters: {
            readonly query?: {
                readonly guide?: "A" | "B";
                readonly section?: string;
                readonly state?: "overdue" | "due" | "open" | "unknown" | "done" | "not-applicable";
                readonly requirement?: string;
                readonly text?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Both guides line by line: state, why, last evidence, what to do today */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly counts: {
                            readonly overdue: number;
                            readonly due: number;
                            readonly open: number;
                            readonly unknown: number;
                            readonly done: number;
                            readonly "not-applicable": number;
                        };
                        readonly items: readonly {
                            readonly id: string;
                            /** @enum {string} */
                            readonly guide: "A" | "B";
                            readonly section: string;
                            readonly kind: string;
                            /** @description What the guide asks for, in our words */
                            readonly says: string;
                            /** @enum {string} */
                            readonly state: "overdue" | "due" | "open" | "unknown" | "done" | "not-applicable";
                            readonly why: string;
                            readonly lastEvidence?: {
                                /** @enum {string} */
                                readonly kind: "duty" | "findings" | "look" | "journal" | "health";
                                readonly at: string;
                                readonly text: string;
                                /** @description Number of the journal's entry */
                                readonly entry?: number;
                            };
                            readonly dueAt?: string;
                            /** @description Open findings that speak against it */
                            readonly findings: number;
                            /** @description By rule, the most first */
                            readonly against: readonly {
                                readonly rule: string;
                                readonly count: number;
                            }[];
                            /** @description What of ours does it, or will */
                            readonly byUs: {
                                readonly kind: string;
                                readonly what: string;
                            };
                            /** @description What to type or open today */
                            readonly today: string;
                            /** @description The command as the guide has it */
                            readonly typed?: string;
                            /** @description Where the guide is wrong: what holds instead, and where that was read */
                            readonly correction?: {
                                readonly text: string;
                                readonly source: string;
                            };
                            readonly requirements: readonly string[];
                            readonly duties: readonly string[];
                            readonly rules: readonly string[];
                            readonly procedures: readonly string[];
                            readonly act: {
                                readonly label: string;
                                /** @description To be pasted into a shell; TEXT stands for what a person has to say */
                                readonly cli: string;
                                /** @description A page of the console */
                                readonly route: string;
                                readonly action?: {
                                    /** @enum {string} */
                                    readonly method: "POST" | "PUT" | "DELETE";
                                    /** @description With the base: /api/v1/duties/daily-health/complete */
                                    readonly path: string;
                                    /** @description As far as it is known */
                                    readonly body: {
                                        readonly [key: string]: unknown;
                                    };
                                    /** @description Fields of the body that a person fills in */
                                    readonly asks: readonly string[];
                                    /**
                                     * @description The role it takes
                                     * @enum {string}
                                     */
                                    readonly needs: "operator" | "approver" | "admin";
                                    /**
                                     * @description outside: it changes the platform, or has it changed
                                     * @enum {string}
                                     */
                                    readonly effect: "own" | "outside";
                                };
                                /** @enum {string} */
                                readonly kind: "complete-duty" | "show-findings" | "show-health" | "start-procedure" | "open-work-order" | "see";
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly guideShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One line of a guide, and how it stands */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @enum {string} */
                        readonly guide: "A" | "B";
                        readonly section: string;
                        readonly kind: string;
                        /** @description What the guide asks for, in our words */
                        readonly says: string;
                        /** @enum {string} */
                        readonly state: "overdue" | "due" | "open" | "unknown" | "done" | "not-applicable";
                        readonly why: string;
                        readonly lastEvidence?: {
                            /** @enum {string} */
                            readonly kind: "duty" | "findings" | "look" | "journal" | "health";
                            readonly at: string;
                            readonly text: string;
                            /** @description Number of the journal's entry */
                            readonly entry?: number;
                        };
                        readonly dueAt?: string;
                        /** @description Open findings that speak against it */
                        readonly findings: number;
                        /** @description By rule, the most first */
                        readonly against: readonly {
                            readonly rule: string;
                            readonly count: number;
                        }[];
                        /** @description What of ours does it, or will */
                        readonly byUs: {
                            readonly kind: string;
                            readonly what: string;
                        };
                        /** @description What to type or open today */
                        readonly today: string;
                        /** @description The command as the guide has it */
                        readonly typed?: string;
                        /** @description Where the guide is wrong: what holds instead, and where that was read */
                        readonly correction?: {
                            readonly text: string;
                            readonly source: string;
                        };
                        readonly requirements: readonly string[];
                        readonly duties: readonly string[];
                        readonly rules: readonly string[];
                        readonly procedures: readonly string[];
                        readonly act: {
                            readonly label: string;
                            /** @description To be pasted into a shell; TEXT stands for what a person has to say */
                            readonly cli: string;
                            /** @description A page of the console */
                            readonly route: string;
                            readonly action?: {
                                /** @enum {string} */
                                readonly method: "POST" | "PUT" | "DELETE";
                                /** @description With the base: /api/v1/duties/daily-health/complete */
                                readonly path: string;
                                /** @description As far as it is known */
                                readonly body: {
                                    readonly [key: string]: unknown;
                                };
                                /** @description Fields of the body that a person fills in */
                                readonly asks: readonly string[];
                                /**
                                 * @description The role it takes
                                 * @enum {string}
                                 */
                                readonly needs: "operator" | "approver" | "admin";
                                /**
                                 * @description outside: it changes the platform, or has it changed
                                 * @enum {string}
                                 */
                                readonly effect: "own" | "outside";
                            };
                            /** @enum {string} */
                            readonly kind: "complete-duty" | "show-findings" | "show-health" | "start-procedure" | "open-work-order" | "see";
                        };
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly environmentList: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The environments: health, findings, window, mode, what is set up, and which versions they run */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly name: string;
                            /** @enum {string} */
                            readonly mode: "observe" | "shadow" | "act";
                            /**
                             * @description Missing: nothing is asked
                             * @enum {string}
                             */
                            readonly health?: "healthy" | "unhealthy" | "affected" | "unknown";
                            readonly components: {
                                readonly healthy: number;
                                readonly unhealthy: number;
                                readonly affected: number;
                                readonly unknown: number;
                            };
                            /** @description Open ones */
                            readonly findings: {
                                readonly critical: number;
                                readonly high: number;
                                readonly medium: number;
                                readonly low: number;
                            };
                            /** @description That have not ended */
                            readonly runs: number;
                            /** @description Open or acknowledged */
                            readonly incidents: number;
                            readonly window: {
                                readonly rules: readonly string[];
                                readonly isOpen: boolean;
                                /** @description Of the opening that it is in, or else the next one */
                                readonly from?: string;
                                readonly until?: string;
                                /** @description The same by the clock that people there live by */
                                readonly says?: string;
                                readonly frozenUntil?: string;
                            };
                            /** @enum {string} */
                            readonly kind: "local" | "development" | "staging" | "production" | "other";
                            /** @description Git branch or tag that it follows */
                            readonly ref?: string;
                            readonly kubernetes?: string;
                            /** @description Missing: nobody said */
                            readonly selfHeal?: boolean;
                            /** @description Somebody else than whoever asked must approve */
                            readonly secondPerson: boolean;
                            readonly cluster: {
                                /** @enum {string} */
                                readonly state: "configured" | "not set up";
                                /** @description How to set it up */
                                readonly how?: string;
                                /** @description A credential that may change it is named */
                                readonly changer: boolean;
                            };
                            readonly endpoints: {
                                /** @enum {string} */
                                readonly state: "configured" | "not set up";
                                readonly count: number;
                                readonly how?: string;
                            };
                            readonly versions: readonly {
                                readonly component: string;
                                readonly system: string | null;
                                readonly declared: string | null;
                                readonly live: string | null;
                            }[];
                            /** @description Components that are left out here; component list has all of them */
                            readonly versionsLeft: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly componentShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One component: versions by environment, pins, how far behind, health, findings, who needs it, work and runs */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly name: string;
                        readonly system: string | null;
                        readonly instances: readonly {
                            readonly environment: string | null;
                            readonly namespace: string | null;
                            readonly declared: string | null;
                            /** @description Seen in the cluster; null when no cluster was looked at */
                            readonly live: string | null;
                            readonly sources: readonly string[];
                            /**
                             * @description Missing: nothing is asked
                             * @enum {string}
                             */
                            readonly health?: "healthy" | "unhealthy" | "affected" | "unknown";
                            readonly causes: readonly string[];
                            readonly trouble: readonly {
                                readonly probe: string;
                                readonly subject: string;
                                readonly since: string;
                                readonly evidence: string;
                            }[];
                        }[];
                        readonly pins: readonly {
                            readonly id: string;
                            readonly source: string;
                            readonly environment: string | null;
                            readonly kind: string;
                            readonly name: string;
                            readonly state: string;
                            readonly file: string;
                            readonly line: number;
                            readonly version: string | null;
                            readonly freshness: string | null;
                            readonly newest: string | null;
                            /** @description The next version allowed */
                            readonly next: string | null;
                            /** @description Releases between, the newest included */
                            readonly behind: number | null;
                        }[];
                        readonly findings: readonly {
                            readonly id: string;
                            readonly rule: string;
                            readonly title: string;
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            readonly environment: string | null;
                            readonly subject: string;
                            readonly message: string;
                            readonly since: string;
                        }[];
                        readonly needs: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly why: string;
                        }[];
                        /** @description Blast radius */
                        readonly affects: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly distance: number;
                        }[];
                        readonly work: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly environment: string | null;
                            readonly state: string;
                            readonly createdAt: string;
                        }[];
                        readonly runs: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly environment: string;
                            readonly state: string;
                            readonly createdAt: string;
                            readonly endedAt: string | null;
                        }[];
                        readonly journal: readonly {
                            readonly sequence: number;
                            readonly at: string;
                            readonly kind: string;
                            readonly task: string;
                            readonly actor: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly componentGraph: {
        readonly parameters: {
            readonly query?: {
                readonly environment?: string;
                readonly of?: string;
                readonly platform?: "true" | "false";
                readonly alone?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Who needs whom, in which order to upgrade, and what one component takes with it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly nodes: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly kind: string;
                            readonly system?: string;
                            /** @description What runs where */
                            readonly detail?: string;
                            /** @description Something needs it, and nothing that was looked at deploys it */
                            readonly outside?: boolean;
                            readonly components: readonly {
                                readonly name: string;
                                readonly environment: string | null;
                                readonly version: string | null;
                                /**
                                 * @description Missing: nothing is asked
                                 * @enum {string}
                                 */
                                readonly health?: "healthy" | "unhealthy" | "affected" | "unknown";
                            }[];
                        }[];
                        /** @description from needs to */
                        readonly edges: readonly {
                            readonly from: string;
                            readonly to: string;
                            readonly why: string;
                        }[];
                        /** @description Components of no known dependencies; shown as nodes only with alone=true */
                        readonly alone: number;
                        readonly order: readonly {
                            readonly members: readonly string[];
                            readonly isCycle: boolean;
                            readonly why: readonly string[];
                        }[];
                        readonly of?: readonly string[];
                        /** @description What feels it when `of` is down or changed, near ones first */
                        readonly affected?: readonly ({
                            readonly id: string;
                            readonly distance: number;
                        } & {
                            readonly [key: string]: unknown;
                        })[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly componentMatrix: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Which version runs in which environment, and which combinations are known to work together */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly environments: readonly string[];
                        readonly rows: readonly {
                            readonly component: string;
                            readonly system: string | null;
                            /** @description In the order of environments; what runs, or is declared */
                            readonly versions: readonly (string | null)[];
                            readonly deployed: readonly boolean[];
                            /** @description Whether that version was seen in the cluster */
                            readonly live: readonly boolean[];
                            /** @description What the repository declares */
                            readonly declared: readonly (string | null)[];
                            /** @description null: nothing is asked */
                            readonly health: readonly (("healthy" | "unhealthy" | "affected" | "unknown") | null)[];
                            readonly differs: boolean;
                        }[];
                        readonly verdicts: readonly {
                            readonly environment: string;
                            readonly set?: string;
                            readonly proven: boolean;
                            readonly differences: readonly string[];
                        }[];
                        readonly sets: readonly {
                            readonly name: string;
                            readonly released: string;
                            readonly versions: {
                                readonly [key: string]: string;
                            };
                        }[];
                        readonly factsOf: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly eventWatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The last event that was seen: the stream goes on after it */
                readonly "Last-Event-ID"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Server-sent events; `data` of each is JSON */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": unknown;
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly search: {
        readonly parameters: {
            readonly query: {
                readonly q: string;
                readonly kind?: "component" | "finding" | "run" | "work" | "duty" | "incident" | "guide";
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Components, findings, runs, work, duties, incidents and lines of the guides that hold a text */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @enum {string} */
                            readonly kind: "component" | "finding" | "run" | "work" | "duty" | "incident" | "guide";
                            readonly id: string;
                            readonly title: string;
                            /** @description Its state, in a word or two */
                            readonly says: string;
                            readonly environment: string | null;
                            /** @description A page of the console */
                            readonly route: string;
                            readonly cli: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly me: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Who you are to this server, and what you may do where */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly actor: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly roles: {
                            readonly [key: string]: "viewer" | "operator" | "approver" | "admin";
                        };
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly tokenList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The API tokens, without their secrets */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            readonly name: string;
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly roles: {
                                readonly [key: string]: "viewer" | "operator" | "approver" | "admin";
                            };
                            readonly createdBy: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly expiresAt: string;
                            readonly lastUsedAt: string | null;
                            readonly revokedAt: string | null;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly tokenCreate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What it is for */
                    readonly name: string;
                    /** @description A role by environment, * for all: staging=operator */
                    readonly roles: {
                        readonly [key: string]: "viewer" | "operator" | "approver" | "admin";
                    };
                    /**
                     * @description How long it is valid
                     * @default 90
                     */
                    readonly days?: number;
                    /** @description Somebody without another login, whom the token stands for */
                    readonly person?: string;
                };
            };
        };
        readonly responses: {
            /** @description Make an API token; its secret is shown this once */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly token: {
                            readonly id: string;
                            readonly name: string;
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly roles: {
                                readonly [key: string]: "viewer" | "operator" | "approver" | "admin";
                            };
                            readonly createdBy: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** Format: date-time */
                            readonly expiresAt: string;
                            readonly lastUsedAt: string | null;
                            readonly revokedAt: string | null;
                        };
                        readonly secret: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly tokenRevoke: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description End an API token and the logins made with it, at once */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly name: string;
                        readonly actor: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly roles: {
                            readonly [key: string]: "viewer" | "operator" | "approver" | "admin";
                        };
                        readonly createdBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        /** Format: date-time */
                        readonly expiresAt: string;
                        readonly lastUsedAt: string | null;
                        readonly revokedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly emergencyList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly open?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Emergency rights that were taken, and who reviewed them */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly environment: string;
                            readonly reason: string;
                            /** Format: date-time */
                            readonly takenAt: string;
                            /** Format: date-time */
                            readonly expiresAt: string;
                            readonly settledAt: string | null;
                            readonly settledBy: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            } | null;
                            readonly review: string | null;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly emergencyTake: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly environment: string;
                    /** @description Why it cannot wait for somebody who has the rights */
                    readonly reason: string;
                    /** @default 60 */
                    readonly minutes?: number;
                };
            };
        };
        readonly responses: {
            /** @description Take an approver's rights in one environment for a short time; somebody else reviews it afterwards */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly actor: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly environment: string;
                        readonly reason: string;
                        /** Format: date-time */
                        readonly takenAt: string;
                        /** Format: date-time */
                        readonly expiresAt: string;
                        readonly settledAt: string | null;
                        readonly settledBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        } | null;
                        readonly review: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly emergencyReview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What was done with them, and whether it was right */
                    readonly review: string;
                };
            };
        };
        readonly responses: {
            /** @description Review emergency rights that somebody else took; they end with it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly actor: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly environment: string;
                        readonly reason: string;
                        /** Format: date-time */
                        readonly takenAt: string;
                        /** Format: date-time */
                        readonly expiresAt: string;
                        readonly settledAt: string | null;
                        readonly settledBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        } | null;
                        readonly review: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly findingList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly state?: "open" | "suppressed" | "closed" | "all";
                readonly severity?: "critical" | "high" | "medium" | "low";
                readonly environment?: string;
                readonly rule?: string;
                readonly group?: string;
                readonly source?: string;
                readonly component?: string;
                readonly text?: string;
                readonly sort?: "worst" | "newest" | "oldest";
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is wrong, worst first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            readonly rule: string;
                            readonly title: string;
                            readonly group: string;
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            /** @enum {string} */
                            readonly state: "open" | "suppressed" | "closed";
                            readonly subject: string;
                            readonly environment?: string;
                            readonly message: string;
                            readonly fix: string;
                            readonly places: readonly {
                                readonly file: string;
                                readonly line: number;
                                readonly column: number;
                            }[];
                            readonly suppression?: {
                                readonly reason: string;
                                readonly until: string;
                            };
                            readonly firstSeenAt: string;
                            /** @description When it entered its state */
                            readonly stateSince: string;
                            readonly closedBy?: string;
                            readonly version: number;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly findingCount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How many findings there are, by environment, severity and state */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly counts: readonly {
                            readonly environment?: string;
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            /** @enum {string} */
                            readonly state: "open" | "suppressed" | "closed";
                            readonly count: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly findingShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One finding: where, since when, and what became of it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly rule: string;
                        readonly title: string;
                        readonly group: string;
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "open" | "suppressed" | "closed";
                        readonly subject: string;
                        readonly environment?: string;
                        readonly message: string;
                        readonly fix: string;
                        readonly places: readonly {
                            readonly file: string;
                            readonly line: number;
                            readonly column: number;
                        }[];
                        readonly suppression?: {
                            readonly reason: string;
                            readonly until: string;
                        };
                        readonly firstSeenAt: string;
                        /** @description When it entered its state */
                        readonly stateSince: string;
                        readonly closedBy?: string;
                        readonly version: number;
                        readonly sources: readonly {
                            readonly source: string;
                            /** @enum {string} */
                            readonly shows: "yes" | "suppressed" | "no";
                            readonly firstSeenAt: string;
                            readonly lastSeenAt: string;
                            /** @description Why the last look could not tell */
                            readonly cannotTell?: string;
                        }[];
                        readonly history: readonly {
                            readonly at: string;
                            readonly kind: string;
                            readonly source: string;
                            readonly detail: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly findingSuppress: {
        readonly parameters: {
            readonly query: {
                readonly reason: string;
                readonly until: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What to add to millwright.yaml, in a merge request, to live with a finding until a day */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly file: string;
                        /** @description YAML, to stand under suppress */
                        readonly add: string;
                        readonly why: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly componentList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
                readonly system?: string;
                readonly source?: string;
                readonly text?: string;
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What runs, as each source declares it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly name: string;
                            readonly environment: string | null;
                            readonly system: string | null;
                            readonly namespace: string | null;
                            readonly version: string | null;
                            readonly source: string;
                            readonly pins: readonly string[];
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly pinList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
                readonly state?: "pinned" | "range" | "moving" | "missing" | "unknown";
                readonly kind?: "chart" | "image" | "git" | "module" | "provider" | "tool" | "package" | "action";
                readonly name?: string;
                readonly source?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Every place that fixes a version, or ought to */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly source: string;
                            readonly pin: {
                                readonly id: string;
                                readonly file: string;
                                readonly line: number;
                                readonly kind: string;
                                readonly name: string;
                                readonly version: string | null;
                                readonly state: string;
                            } & {
                                readonly [key: string]: unknown;
                            };
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly sourceList: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is looked at, when it was last, and what could not be understood */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly sources: readonly {
                            readonly source: string;
                            readonly at: string;
                            readonly revision: string | null;
                            readonly findings: number;
                            readonly suppressed: number;
                            readonly unknown: number;
                            readonly rules: number;
                            readonly problems: readonly string[];
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly releaseList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly state?: "end-of-life" | "behind" | "unknown" | "current";
                readonly environment?: string;
                readonly kind?: "chart" | "image" | "git" | "module" | "provider" | "tool" | "package" | "action";
                readonly source?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How each pin stands to its upstream's releases, end of life first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly source: string;
                            readonly environment: string | null;
                            readonly pin: string;
                            readonly file: string;
                            readonly line: number;
                            /** @enum {string} */
                            readonly kind: "chart" | "image" | "git" | "module" | "provider" | "tool" | "package" | "action";
                            readonly name: string;
                            /** @enum {string} */
                            readonly state: "end-of-life" | "behind" | "unknown" | "current";
                            readonly stateSince: string;
                            readonly current: string | null;
                            readonly newest: string | null;
                            /** @description The next version allowed; null when there is none, or it is not known */
                            readonly next: string | null;
                            readonly nextDigest?: string;
                            /** @description Releases between, the newest included */
                            readonly behind: number | null;
                            readonly ageDays: number | null;
                            readonly endOfLife: {
                                /** @enum {string} */
                                readonly kind: "known" | "absent" | "unknown";
                            } & {
                                readonly [key: string]: unknown;
                            };
                            /** @description When upstreams were last asked about it */
                            readonly askedAt: string;
                            /** @description When the upstream said so; earlier than askedAt where it did not answer since */
                            readonly answeredAt: string | null;
                            readonly upstream: string | null;
                            readonly why?: string;
                            readonly howToLearn?: string;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly forgeShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How the forge guards the branch that each environment follows */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly branches: readonly {
                            readonly environment: string;
                            readonly project: string;
                            readonly branch: string | null;
                            readonly at: string;
                            /**
                             * @description As it would be judged if production followed it
                             * @enum {string}
                             */
                            readonly verdict: "guarded" | "finding" | "unknown";
                            /** @description How many people have to agree; absent: nobody */
                            readonly approvals: {
                                /** @enum {string} */
                                readonly kind: "known" | "absent" | "unknown";
                                readonly value?: unknown;
                                readonly source?: string;
                                readonly why?: string;
                                readonly howToLearn?: string;
                            };
                            /** @description Who may change it without a review; absent: nobody */
                            readonly around: {
                                /** @enum {string} */
                                readonly kind: "known" | "absent" | "unknown";
                                readonly value?: unknown;
                                readonly source?: string;
                                readonly why?: string;
                                readonly howToLearn?: string;
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly calendarShow: {
        readonly parameters: {
            readonly query?: {
                readonly from?: string;
                readonly to?: string;
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Windows, freezes, duties and planned work, by time */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @enum {string} */
                            readonly kind: "window" | "freeze" | "duty" | "work";
                            readonly id: string;
                            readonly title: string;
                            readonly environment?: string;
                            readonly from: string;
                            readonly until: string;
                            /** @description By the clock that people there live by */
                            readonly says: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly calendarFeed: {
        readonly parameters: {
            readonly query?: {
                readonly windows?: "yes" | "no";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The calendar of the next half year, for calendar programs (iCalendar) */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/calendar": string;
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly calendarWindows: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The windows of each environment, whether one is open, and the next */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly windows: readonly string[];
                            readonly isOpen: boolean;
                            /** @description The opening that it is, or else the next one */
                            readonly next?: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly calendarSimulate: {
        readonly parameters: {
            readonly query?: {
                readonly from?: string;
                readonly to?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Play the calendar through: what collides, and what lapses although people do their part */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly done: number;
                        readonly lapsed: readonly {
                            readonly title: string;
                            readonly raisedAt: string;
                        }[];
                        readonly collisions: readonly {
                            readonly title: string;
                            readonly arithmetic: readonly string[];
                            readonly toDo: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly dutyList: {
        readonly parameters: {
            readonly query?: {
                readonly state?: "waiting" | "due" | "overdue" | "all";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The recurring duties: overdue, due, and when the others come */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly environment?: string;
                            readonly owner?: string;
                            /** @description each month on the first Friday at 09:00 (UTC) */
                            readonly when: string;
                            readonly lengthMinutes: number;
                            /** @enum {string} */
                            readonly state: "waiting" | "due" | "overdue";
                            /** @description When the open turn came due, or the next one will */
                            readonly dueAt: string;
                            readonly steps: readonly string[];
                            /** @description What proves that it was done */
                            readonly evidence: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly dutyShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A duty with its last turns and their proofs */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly owner?: string;
                        /** @description each month on the first Friday at 09:00 (UTC) */
                        readonly when: string;
                        readonly lengthMinutes: number;
                        /** @enum {string} */
                        readonly state: "waiting" | "due" | "overdue";
                        /** @description When the open turn came due, or the next one will */
                        readonly dueAt: string;
                        readonly steps: readonly string[];
                        /** @description What proves that it was done */
                        readonly evidence: string;
                        readonly turns: readonly {
                            readonly duty: string;
                            readonly dueAt: string;
                            readonly title: string;
                            /** @enum {string} */
                            readonly state: "due" | "overdue" | "done" | "missed";
                            /** @description It came due while Millwright was down */
                            readonly whileDown: boolean;
                            readonly doneAt?: string;
                            readonly doneBy?: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly evidence?: {
                                readonly text: string;
                                readonly links: readonly string[];
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly dutyComplete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What was seen or done, in a sentence */
                    readonly evidence: string;
                    /**
                     * @description Where the report, the receipt or the change is
                     * @default []
                     */
                    readonly links?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Say that a duty was done, and what proves it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly duty: string;
                        readonly dueAt: string;
                        readonly title: string;
                        /** @enum {string} */
                        readonly state: "due" | "overdue" | "done" | "missed";
                        /** @description It came due while Millwright was down */
                        readonly whileDown: boolean;
                        readonly doneAt?: string;
                        readonly doneBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly evidence?: {
                            readonly text: string;
                            readonly links: readonly string[];
                        };
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly state?: "proposed" | "planned" | "running" | "done" | "cancelled" | "open" | "all";
                readonly environment?: string;
                readonly component?: string;
                readonly text?: string;
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is to be done, in the order it came up */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly environment?: string;
                            readonly component?: string;
                            readonly origin: {
                                /** @enum {string} */
                                readonly kind: "finding" | "duty" | "person";
                                readonly of: string;
                            };
                            /** @enum {string} */
                            readonly severity?: "critical" | "high" | "medium" | "low";
                            /** @enum {string} */
                            readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                            /** @description It needs a window */
                            readonly disruptive: boolean;
                            /** @description It needs a change request */
                            readonly changes: boolean;
                            readonly createdAt: string;
                            readonly notBefore?: string;
                            /** @description When its clock runs out */
                            readonly deadline?: string;
                            readonly estimate: {
                                readonly forwardMinutes: number;
                                readonly rollbackMinutes: number;
                                /** @enum {string} */
                                readonly basis: "measured" | "assumed";
                                readonly samples: number;
                            };
                            readonly changeRequest?: string;
                            readonly gates: readonly {
                                /** @enum {string} */
                                readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                                /** @enum {string} */
                                readonly answer: "open" | "shut" | "unknown";
                                readonly why: string;
                            }[];
                            /** @description Why it may be done outside windows and freezes */
                            readonly emergency?: string;
                            /** @description What a run does for it; a person does it where none is named */
                            readonly procedure?: string;
                            readonly run?: string;
                            readonly startedAt?: string;
                            /** @description When its window closes */
                            readonly closesAt?: string;
                            readonly endedAt?: string;
                            readonly outcome?: string;
                            /** @description Why it did not start when it was last decided */
                            readonly waiting: readonly string[];
                            readonly version: number;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workCreate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly title: string;
                    readonly environment?: string;
                    readonly component?: string;
                    /** @description The finding that it mends */
                    readonly finding?: string;
                    /** @enum {string} */
                    readonly severity?: "critical" | "high" | "medium" | "low";
                    /**
                     * @description Users may notice it: it needs a window
                     * @default true
                     */
                    readonly disruptive?: boolean;
                    /**
                     * @description It changes the platform: it needs a change request
                     * @default true
                     */
                    readonly changes?: boolean;
                    /** Format: uri */
                    readonly changeRequest?: string;
                    /** Format: date-time */
                    readonly deadline?: string;
                    /** @default 60 */
                    readonly forwardMinutes?: number;
                    /** @default 60 */
                    readonly rollbackMinutes?: number;
                };
            };
        };
        readonly responses: {
            /** @description Ask for a piece of work */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A work order: may it start now, and if not, every reason why */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                        readonly now?: {
                            readonly mayStart: boolean;
                            /** @description Every reason against starting now */
                            readonly whyNot: readonly string[];
                            /** @description The first opening with room for it and its rollback */
                            readonly nextOpening?: string;
                            readonly latestStart?: string;
                            /** @description From then on there is no time left to put it back before the window closes */
                            readonly pointOfNoReturn?: string;
                        };
                        /** @description A procedure that does it; plan it with these arguments, or with `procedure` alone */
                        readonly offer?: {
                            readonly procedure: string;
                            readonly arguments: {
                                readonly [key: string]: unknown;
                            };
                        };
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workPlan: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** Format: date-time */
                    readonly notBefore?: string;
                    /**
                     * Format: uri
                     * @description The issue or merge request that it belongs to
                     */
                    readonly changeRequest?: string;
                    readonly forwardMinutes?: number;
                    readonly rollbackMinutes?: number;
                    /** @description A run of this procedure does it, in mode act */
                    readonly procedure?: string;
                    /**
                     * @description The procedure's arguments, without secrets
                     * @default {}
                     */
                    readonly arguments?: {
                        readonly [key: string]: components["schemas"]["workPlan__schema0"];
                    };
                };
            };
        };
        readonly responses: {
            /** @description Plan it: it starts in the first opening that has room and nothing against it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workApprove: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What was looked at */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Approve it as it is planned; the approval ends when the plan changes, and by itself */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workStart: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Begin it by hand, now; refused with every reason that stands against it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workFinish: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly outcome: "done" | "rolled-back" | "failed";
                    /** @description What was checked afterwards */
                    readonly evidence: string;
                    /** @default [] */
                    readonly links?: readonly string[];
                    /** @description How long putting it back took */
                    readonly rolledBackMinutes?: number;
                };
            };
        };
        readonly responses: {
            /** @description Say how work done by hand ended, and what proves it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workCancel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Decide that it is not done, and why; the same finding does not raise it again */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workEmergency: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Let it be done outside windows and freezes, and say why; gates and the emergency stop still hold */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        readonly origin: {
                            /** @enum {string} */
                            readonly kind: "finding" | "duty" | "person";
                            readonly of: string;
                        };
                        /** @enum {string} */
                        readonly severity?: "critical" | "high" | "medium" | "low";
                        /** @enum {string} */
                        readonly state: "proposed" | "planned" | "running" | "done" | "cancelled";
                        /** @description It needs a window */
                        readonly disruptive: boolean;
                        /** @description It needs a change request */
                        readonly changes: boolean;
                        readonly createdAt: string;
                        readonly notBefore?: string;
                        /** @description When its clock runs out */
                        readonly deadline?: string;
                        readonly estimate: {
                            readonly forwardMinutes: number;
                            readonly rollbackMinutes: number;
                            /** @enum {string} */
                            readonly basis: "measured" | "assumed";
                            readonly samples: number;
                        };
                        readonly changeRequest?: string;
                        readonly gates: readonly {
                            /** @enum {string} */
                            readonly name: "receipt" | "approval" | "promotion" | "answers" | "health";
                            /** @enum {string} */
                            readonly answer: "open" | "shut" | "unknown";
                            readonly why: string;
                        }[];
                        /** @description Why it may be done outside windows and freezes */
                        readonly emergency?: string;
                        /** @description What a run does for it; a person does it where none is named */
                        readonly procedure?: string;
                        readonly run?: string;
                        readonly startedAt?: string;
                        /** @description When its window closes */
                        readonly closesAt?: string;
                        readonly endedAt?: string;
                        readonly outcome?: string;
                        /** @description Why it did not start when it was last decided */
                        readonly waiting: readonly string[];
                        readonly version: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workSilence: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The silence for Alertmanager that covers this work, its rollback included, and nothing else */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly matchers: readonly {
                            readonly name: string;
                            readonly value: string;
                            readonly isRegex: boolean;
                            readonly isEqual: boolean;
                        }[];
                        readonly startsAt: string;
                        readonly endsAt: string;
                        readonly createdBy: string;
                        readonly comment: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly calendarMutes: {
        readonly parameters: {
            readonly query: {
                readonly receiver: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Time intervals and routes for Alertmanager's configuration: one for each piece of planned work */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly time_intervals: readonly {
                            readonly [key: string]: unknown;
                        }[];
                        readonly routes: readonly {
                            readonly [key: string]: unknown;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly journalList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly kind?: "run" | "approval" | "change" | "attestation" | "incident" | "duty" | "work-order" | "override" | "access" | "answer" | "note";
                readonly without?: "run" | "approval" | "change" | "attestation" | "incident" | "duty" | "work-order" | "override" | "access" | "answer" | "note";
                readonly environment?: string;
                readonly from?: string;
                readonly until?: string;
                readonly link?: string;
                readonly text?: string;
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Entries of the maintenance log, newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @constant */
                            readonly schema: "millwright/journal/1";
                            readonly sequence: number;
                            readonly previous: string;
                            /** Format: date-time */
                            readonly at: string;
                            /** @enum {string} */
                            readonly kind: "run" | "approval" | "change" | "attestation" | "incident" | "duty" | "work-order" | "override" | "access" | "answer" | "note";
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly task: string;
                            readonly environment?: string;
                            readonly durationSeconds?: number;
                            readonly issues: readonly string[];
                            readonly nextActions: readonly string[];
                            readonly links: {
                                readonly [key: string]: string;
                            };
                            readonly evidence: {
                                readonly [key: string]: unknown;
                            };
                            readonly redacted?: readonly string[];
                            readonly hash: string;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                        /** @description Entries of the kind that was left out */
                        readonly leftOut?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly journalNote: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What was done */
                    readonly task: string;
                    readonly environment?: string;
                    readonly durationMinutes?: number;
                    /**
                     * @description What went wrong
                     * @default []
                     */
                    readonly issues?: readonly string[];
                    /**
                     * @description What is left to do
                     * @default []
                     */
                    readonly nextActions?: readonly string[];
                    /**
                     * Format: uri
                     * @description Address of the issue or merge request
                     */
                    readonly changeRequest?: string;
                };
            };
        };
        readonly responses: {
            /** @description Write down work that was done by hand */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly task: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly journalExport: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "jsonl" | "markdown";
                readonly after?: number;
                readonly limit?: number;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The whole log, to be verified anywhere: JSON Lines, or Markdown to read */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/x-ndjson": string;
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly journalAnchor: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Where the log ends, signed: keep it where the server's operator cannot change it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly schema: "millwright/journal-anchor/1";
                        readonly sequence: number;
                        readonly hash: string;
                        readonly at?: string;
                        readonly key?: string;
                        readonly signature?: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly journalReport: {
        readonly parameters: {
            readonly query?: {
                readonly period?: "week" | "month" | "quarter";
                readonly on?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What a week, a month or a quarter brought: work, issues, what is left to do */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly schema: "millwright/journal-report/1";
                        /** @enum {string} */
                        readonly period: "week" | "month" | "quarter";
                        /** Format: date-time */
                        readonly from: string;
                        /**
                         * Format: date-time
                         * @description Not included
                         */
                        readonly until: string;
                        readonly entries: number;
                        readonly byKind: {
                            readonly [key: string]: number;
                        };
                        readonly byEnvironment: {
                            readonly [key: string]: number;
                        };
                        readonly byMaintainer: {
                            readonly [key: string]: number;
                        };
                        /** @description The sum of what was measured */
                        readonly workedSeconds: number;
                        /** @description Runs, changes, work orders, incidents and overrides, oldest first */
                        readonly work: readonly {
                            readonly sequence: number;
                            /** Format: date-time */
                            readonly at: string;
                            /** @enum {string} */
                            readonly kind: "run" | "approval" | "change" | "attestation" | "incident" | "duty" | "work-order" | "override" | "access" | "answer" | "note";
                            readonly task: string;
                            readonly maintainer: string;
                            readonly environment?: string;
                            readonly durationSeconds?: number;
                        }[];
                        readonly issues: readonly {
                            readonly sequence: number;
                            readonly text: string;
                        }[];
                        readonly nextActions: readonly {
                            readonly sequence: number;
                            readonly text: string;
                        }[];
                        /** @description Changes of the platform that name no change request */
                        readonly withoutChangeRequest: readonly {
                            readonly sequence: number;
                            /** Format: date-time */
                            readonly at: string;
                            /** @enum {string} */
                            readonly kind: "run" | "approval" | "change" | "attestation" | "incident" | "duty" | "work-order" | "override" | "access" | "answer" | "note";
                            readonly task: string;
                            readonly maintainer: string;
                            readonly environment?: string;
                            readonly durationSeconds?: number;
                        }[];
                        /** @description Where the log stood at the end */
                        readonly head?: {
                            readonly sequence: number;
                            readonly hash: string;
                        };
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly "journalReport-page": {
        readonly parameters: {
            readonly query?: {
                readonly period?: "week" | "month" | "quarter";
                readonly on?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The same as one self-contained page */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly journalShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly sequence: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One entry of the maintenance log */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly schema: "millwright/journal/1";
                        readonly sequence: number;
                        readonly previous: string;
                        /** Format: date-time */
                        readonly at: string;
                        /** @enum {string} */
                        readonly kind: "run" | "approval" | "change" | "attestation" | "incident" | "duty" | "work-order" | "override" | "access" | "answer" | "note";
                        readonly actor: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly task: string;
                        readonly environment?: string;
                        readonly durationSeconds?: number;
                        readonly issues: readonly string[];
                        readonly nextActions: readonly string[];
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        readonly evidence: {
                            readonly [key: string]: unknown;
                        };
                        readonly redacted?: readonly string[];
                        readonly hash: string;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly noticeList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly state?: "waiting" | "sent" | "dead";
                readonly text?: string;
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Messages to people, newest first, and whether they were taken */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: number;
                            readonly key: string;
                            /** @enum {string} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly title: string;
                            readonly text: string;
                            readonly environment?: string;
                            readonly link?: string;
                            readonly audience: readonly string[];
                            readonly page?: {
                                readonly thread: string;
                                /** @enum {string} */
                                readonly action: "trigger" | "acknowledge" | "resolve";
                            };
                            /** Format: date-time */
                            readonly at: string;
                            readonly repeats: number;
                            readonly deliveries: readonly {
                                readonly id: string;
                                readonly channel: string;
                                /** @enum {string} */
                                readonly state: "waiting" | "sent" | "dead";
                                readonly attempts: number;
                                /** Format: date-time */
                                readonly notBefore: string;
                                readonly lastError: string | null;
                                readonly endedAt: string | null;
                            }[];
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly noticeRetry: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Try a dead delivery anew */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @enum {string} */
                        readonly state: "waiting" | "sent" | "dead";
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly state?: "open" | "acknowledged" | "resolved" | "closed" | "unclosed";
                readonly environment?: string;
                readonly text?: string;
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Incidents, newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: number;
                            /** @enum {string} */
                            readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            readonly title: string;
                            readonly environment?: string;
                            readonly component?: string;
                            /** @enum {string} */
                            readonly state: "open" | "acknowledged" | "resolved" | "closed";
                            /** @enum {string} */
                            readonly source: "person" | "rule" | "probe" | "alert";
                            /** Format: date-time */
                            readonly beganAt: string;
                            /** Format: date-time */
                            readonly openedAt: string;
                            readonly openedBy: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly ledBy?: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly acknowledgedAt?: string;
                            /** Format: date-time */
                            readonly resolvedAt?: string;
                            /** Format: date-time */
                            readonly closedAt?: string;
                            /** Format: date-time */
                            readonly reviewDueAt?: string;
                            readonly review?: {
                                readonly answers: readonly {
                                    readonly question: string;
                                    readonly answer: string;
                                }[];
                                readonly actions: readonly {
                                    readonly what: string;
                                    readonly who: string;
                                    readonly until: string;
                                    readonly debt: string;
                                }[];
                                readonly by: {
                                    /** @enum {string} */
                                    readonly kind: "person" | "token" | "system";
                                    readonly id: string;
                                    readonly name: string;
                                };
                                /** Format: date-time */
                                readonly at: string;
                            };
                            readonly revision: number;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentOpen: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What happened, in a few words */
                    readonly title: string;
                    /**
                     * @default degradation
                     * @enum {string}
                     */
                    readonly kind?: "vulnerability" | "breach" | "outage" | "degradation";
                    /**
                     * @default high
                     * @enum {string}
                     */
                    readonly severity?: "critical" | "high" | "medium" | "low";
                    /**
                     * @description Scope, and how it is known
                     * @default Opened by hand.
                     */
                    readonly text?: string;
                    readonly environment?: string;
                    readonly component?: string;
                    /** Format: date-time */
                    readonly beganAt?: string;
                };
            };
        };
        readonly responses: {
            /** @description Open an incident and call people */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description An incident with its timeline, its alerts, and what stands against closing it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                        readonly timeline: readonly {
                            readonly number: number;
                            /** Format: date-time */
                            readonly at: string;
                            readonly kind: string;
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly text: string;
                        }[];
                        readonly alerts: readonly {
                            readonly fingerprint: string;
                            /** @enum {string} */
                            readonly status: "firing" | "resolved";
                            readonly labels: {
                                readonly [key: string]: string;
                            };
                            /** Format: date-time */
                            readonly startsAt: string;
                        }[];
                        readonly closingBlockers: readonly string[];
                        readonly reviewQuestions: readonly string[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentAcknowledge: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Have an incident in hand: nobody further is called */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentNote: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly text: string;
                };
            };
        };
        readonly responses: {
            /** @description Write what was seen or done into the timeline */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentOverride: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description What is done, and what it skips */
                    readonly what: string;
                    /** @description Why it cannot wait */
                    readonly reason: string;
                    /**
                     * @description Until when it is made good
                     * @default 7
                     */
                    readonly dueInDays?: number;
                };
            };
        };
        readonly responses: {
            /** @description Do something outside its window, or without what must come first; what it skips stays owed */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentResolve: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly text: string;
                };
            };
        };
        readonly responses: {
            /** @description Say that what was wrong is over, and what ended it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentReview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description In this order: What happened, and whom did it affect? What made it possible? What noticed it, and what would have noticed it earlier? What helped while it lasted, and what stood in the way? What would keep it from happening again, or make it smaller? */
                    readonly answers: readonly string[];
                    /**
                     * @description What follows; each becomes an obligation
                     * @default []
                     */
                    readonly actions?: readonly {
                        readonly what: string;
                        readonly who: string;
                        /** Format: date */
                        readonly until: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Look back: causes and what would help, never whose fault it was */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly incidentClose: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default Nothing is left to be done. */
                    readonly text?: string;
                };
            };
        };
        readonly responses: {
            /** @description Close an incident of which nothing is left to be done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: number;
                        /** @enum {string} */
                        readonly kind: "vulnerability" | "breach" | "outage" | "degradation";
                        /** @enum {string} */
                        readonly severity: "critical" | "high" | "medium" | "low";
                        readonly title: string;
                        readonly environment?: string;
                        readonly component?: string;
                        /** @enum {string} */
                        readonly state: "open" | "acknowledged" | "resolved" | "closed";
                        /** @enum {string} */
                        readonly source: "person" | "rule" | "probe" | "alert";
                        /** Format: date-time */
                        readonly beganAt: string;
                        /** Format: date-time */
                        readonly openedAt: string;
                        readonly openedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        readonly ledBy?: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly acknowledgedAt?: string;
                        /** Format: date-time */
                        readonly resolvedAt?: string;
                        /** Format: date-time */
                        readonly closedAt?: string;
                        /** Format: date-time */
                        readonly reviewDueAt?: string;
                        readonly review?: {
                            readonly answers: readonly {
                                readonly question: string;
                                readonly answer: string;
                            }[];
                            readonly actions: readonly {
                                readonly what: string;
                                readonly who: string;
                                readonly until: string;
                                readonly debt: string;
                            }[];
                            readonly by: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly at: string;
                        };
                        readonly revision: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly procedureList: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What can be run, and what each is given */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            readonly version: number;
                            readonly title: string;
                            readonly arguments: {
                                readonly [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly procedurePlan: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                readonly procedure: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly environment: string;
                    /**
                     * @description The procedure's arguments, without secrets
                     * @default {}
                     */
                    readonly arguments?: {
                        readonly [key: string]: components["schemas"]["procedurePlan__schema0"];
                    };
                };
            };
        };
        readonly responses: {
            /** @description What would be done, step by step; nothing is */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly procedure: string;
                        readonly title: string;
                        readonly digest: string;
                        readonly steps: readonly {
                            readonly name: string;
                            readonly title: string;
                            /** @enum {string} */
                            readonly kind: "act" | "check" | "wait" | "approve" | "attest";
                            /** @description none, irreversible, or how it is taken back */
                            readonly effect: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly state?: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                readonly live?: "true" | "false";
                readonly environment?: string;
                readonly procedure?: string;
                readonly text?: string;
                readonly total?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Runs, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: string;
                            /** @description With its version: restart-component@1 */
                            readonly procedure: string;
                            readonly title: string;
                            /** @description What it comes to: its own title, or else the step that weighs most */
                            readonly about: string;
                            readonly environment: string;
                            readonly links: {
                                readonly [key: string]: string;
                            };
                            /** @enum {string} */
                            readonly mode: "shadow" | "act";
                            /** @enum {string} */
                            readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                            readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                            /** @description Why it waits, in words */
                            readonly reason: string | null;
                            readonly wakeAt: string | null;
                            /** @enum {string} */
                            readonly direction: "do" | "undo";
                            /** @description The step that it is at */
                            readonly step: string | null;
                            readonly attempt: number;
                            readonly position: number;
                            readonly steps: number;
                            /** @description What was asked of it and comes after this step */
                            readonly wanted: ("pause" | "abort" | "cancel") | null;
                            /** @description Of the plan: an approval names it */
                            readonly digest: string;
                            readonly version: number;
                            readonly requestedBy: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            /** Format: date-time */
                            readonly createdAt: string;
                            readonly startedAt: string | null;
                            readonly endedAt: string | null;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runStart: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly procedure: string;
                    readonly environment: string;
                    /**
                     * @description The procedure's arguments, without secrets
                     * @default {}
                     */
                    readonly arguments?: {
                        readonly [key: string]: components["schemas"]["runStart__schema0"];
                    };
                    /**
                     * @description What it belongs to: changeRequest=URL
                     * @default {}
                     */
                    readonly links?: {
                        readonly [key: string]: string;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Start a procedure; in mode observe only one without an effect outside */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runShow: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A run with its plan, what became of each step, and who agreed */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                        readonly arguments: {
                            readonly [key: string]: unknown;
                        };
                        readonly plan: readonly {
                            readonly name: string;
                            readonly title: string;
                            /** @enum {string} */
                            readonly kind: "act" | "check" | "wait" | "approve" | "attest";
                            /** @description none, irreversible, or how it is taken back */
                            readonly effect: string;
                            readonly outcome: ("done" | "failed" | "errored" | "skipped" | "shadowed") | null;
                            readonly message: string | null;
                            readonly undone: boolean;
                        }[];
                        readonly approvals: readonly {
                            readonly approved: boolean;
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            };
                            readonly reason: string | null;
                            readonly digest: string;
                            /** @description Emergency rights that stood in for a second person */
                            readonly emergency: string | null;
                            /** Format: date-time */
                            readonly decidedAt: string;
                            readonly expiresAt: string | null;
                        }[];
                        /** @description What was done and is not taken back; of a run that did not end well */
                        readonly left: readonly string[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runLog: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Every attempt of a run, with what it said */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description The step and its attempt: restart#2 */
                            readonly name: string;
                            /** @enum {string} */
                            readonly direction: "do" | "undo";
                            /** @enum {string} */
                            readonly outcome: "done" | "failed" | "errored" | "skipped" | "shadowed";
                            readonly message: string;
                            readonly evidence: {
                                readonly [key: string]: unknown;
                            } | null;
                            readonly log: readonly string[];
                            readonly actor: {
                                /** @enum {string} */
                                readonly kind: "person" | "token" | "system";
                                readonly id: string;
                                readonly name: string;
                            } | null;
                            /** Format: date-time */
                            readonly startedAt: string;
                            /** Format: date-time */
                            readonly endedAt: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runWatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The last event that was seen: the stream goes on after it */
                readonly "Last-Event-ID"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Server-sent events; `data` of each is JSON */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": unknown;
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runApprove: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly digest: string;
                    readonly reason?: string;
                };
            };
        };
        readonly responses: {
            /** @description Agree to the plan with this digest; on production somebody else than who asked for it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runReject: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly digest: string;
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Do not agree to the plan with this digest */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runRetry: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": Record<string, never>;
            };
        };
        readonly responses: {
            /** @description Try the step again at which the run waits */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runSkip: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Go on without the step at which the run waits */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runAttest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @default done
                     * @enum {string}
                     */
                    readonly outcome?: "done" | "failed";
                    /** @description What was done, and what came of it */
                    readonly said: string;
                    /**
                     * @description What proves it: url=…, ticket=…
                     * @default {}
                     */
                    readonly evidence?: {
                        readonly [key: string]: string;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Say that a step was done by hand, and what proves it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runPause: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": Record<string, never>;
            };
        };
        readonly responses: {
            /** @description Let a run stand after the step it is at */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runResume: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": Record<string, never>;
            };
        };
        readonly responses: {
            /** @description Let a paused run go on */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runAbort: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description Take back what can be taken back, the last first, and end the run */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runCancel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description End a run where it is, taking nothing back */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly observationList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
                readonly component?: string;
                readonly state?: "healthy" | "unhealthy" | "absent" | "unknown";
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the probes say: healthy, unhealthy, absent or unknown, and since when */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly component: string;
                            readonly system: string;
                            /**
                             * @description Whether trouble here is its own, its own or of what it needs, or something to be done
                             * @enum {string}
                             */
                            readonly tells: "own" | "whole" | "upkeep";
                            readonly probe: string;
                            readonly subject: string;
                            /** @enum {string} */
                            readonly state: "healthy" | "unhealthy" | "absent" | "unknown";
                            readonly value?: string | number | boolean;
                            readonly evidence: string;
                            readonly howToLearn?: string;
                            readonly at: string;
                            /** @description When it entered its state */
                            readonly since: string;
                            /** @description When it was last known */
                            readonly knownAt?: string;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly observationHistory: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
                readonly component?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description When something entered another state, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly number: number;
                            readonly environment: string;
                            readonly component: string;
                            readonly probe: string;
                            readonly subject: string;
                            readonly at: string;
                            /** @enum {string} */
                            readonly before?: "healthy" | "unhealthy" | "absent" | "unknown";
                            readonly after: ("healthy" | "unhealthy" | "absent" | "unknown") | "gone";
                            readonly evidence: string;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly seriesList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
                readonly component?: string;
                readonly name?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is measured */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly id: number;
                            readonly name: string;
                            readonly environment: string;
                            readonly component: string;
                            readonly labels: {
                                readonly [key: string]: string;
                            };
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly seriesSamples: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly from?: string;
                readonly to?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Single measurements, oldest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly at: string;
                            readonly value: number;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly seriesHours: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly from?: string;
                readonly to?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Measurements by the hour, oldest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly at: string;
                            readonly count: number;
                            readonly mean: number;
                            readonly least: number;
                            readonly most: number;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly seriesChart: {
        readonly parameters: {
            readonly query?: {
                readonly from?: string;
                readonly to?: string;
                readonly hours?: number;
                readonly points?: number;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Measurements of a span in so many points as a chart has room for, oldest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly series: {
                            readonly id: number;
                            readonly name: string;
                            readonly environment: string;
                            readonly component: string;
                            readonly labels: {
                                readonly [key: string]: string;
                            };
                        };
                        readonly from: string;
                        readonly to: string;
                        readonly points: readonly {
                            readonly at: string;
                            readonly mean: number;
                            readonly least: number;
                            readonly most: number;
                            readonly count: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly health: {
        readonly parameters: {
            readonly query?: {
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Each component: healthy, unhealthy, affected by another, or unknown */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly components: readonly {
                            readonly environment: string;
                            readonly component: string;
                            readonly system: string;
                            /** @enum {string} */
                            readonly health: "healthy" | "unhealthy" | "affected" | "unknown";
                            /** @description For affected: the components to look at first */
                            readonly causes: readonly string[];
                            readonly trouble: readonly {
                                readonly probe: string;
                                readonly subject: string;
                                readonly since: string;
                                readonly evidence: string;
                            }[];
                            readonly upkeep: readonly {
                                readonly probe: string;
                                readonly subject: string;
                                readonly since: string;
                                readonly evidence: string;
                            }[];
                            readonly unknown: readonly {
                                readonly probe: string;
                                readonly subject: string;
                                readonly since: string;
                                readonly evidence: string;
                            }[];
                            /** @description How many subjects its probes told of */
                            readonly answers: number;
                            /** @description When one of its probes last answered */
                            readonly at: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly metricList: {
        readonly parameters: {
            readonly query?: {
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The key metrics, each from its real source, or absent by design */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly metrics: readonly {
                            readonly id: string;
                            readonly title: string;
                            readonly unit: string;
                            /** @enum {string} */
                            readonly kind: "known" | "absent-by-design" | "unknown";
                            readonly environment?: string;
                            readonly value?: number;
                            readonly at?: string;
                            /** @description The series that the value is the newest of */
                            readonly series?: number;
                            /** @description Where it was read; where it would be read when it is unknown */
                            readonly source: string;
                            readonly why?: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly observationSignatures: {
        readonly parameters: {
            readonly query?: {
                readonly environment?: string;
                readonly component?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Error lines of the logs, those that are alike as one: new, rising or usual */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly signatures: readonly {
                            readonly environment: string;
                            readonly component: string;
                            readonly signature: string;
                            /** @description The line, with what differs from one to the next left out */
                            readonly template: string;
                            /** @enum {string} */
                            readonly verdict: "new" | "rising" | "usual" | "unknown";
                            readonly why: string;
                            /** @description Lines of the last hours */
                            readonly recent: number;
                            readonly recentHours: number;
                            /** @description Lines of the days before */
                            readonly earlier: number;
                            /** @description For how long the log was read before */
                            readonly earlierHours: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runComparison: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What was measured before a run's change and after it, side by side */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Left out: the run compares nothing */
                        readonly component?: string;
                        readonly before?: {
                            readonly from: string;
                            readonly to: string;
                        };
                        /** @description Left out: it has not come to that yet */
                        readonly after?: {
                            readonly from: string;
                            readonly to: string;
                        };
                        readonly series: readonly {
                            readonly series: string;
                            readonly labels: {
                                readonly [key: string]: string;
                            };
                            readonly before: {
                                readonly count: number;
                                readonly median?: number;
                            };
                            readonly after: {
                                readonly count: number;
                                readonly median?: number;
                            };
                            /** @enum {string} */
                            readonly verdict: "not-worse" | "worse" | "unknown";
                            readonly why: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly driftList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What is not as Git says, field by field: since when, and who wrote it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            /** @description null: no Application is known to keep it */
                            readonly application: string | null;
                            readonly resource: {
                                readonly group: string;
                                readonly kind: string;
                                readonly namespace: string;
                                readonly name: string;
                            };
                            /** @description Empty: Argo CD says that the resource differs, and not in what */
                            readonly field: string;
                            readonly git: string;
                            readonly live: string;
                            readonly since: string | null;
                            readonly author: string | null;
                            /** @description The values may be a secret and are not shown */
                            readonly secret: boolean;
                            readonly firstSeen: string;
                            /** @description It was written with a tool that people use */
                            readonly byHand: boolean;
                            /** @description Argo CD puts back by itself what is changed by hand */
                            readonly selfHeal: boolean;
                            readonly file: string | null;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly driftOffers: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What can be put back, as the procedure and its arguments */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly application: string;
                            readonly procedure: string;
                            /** @description Bound to the drift as it is now */
                            readonly arguments: {
                                readonly [key: string]: unknown;
                            };
                            /** @description Resources whose content the approval is not bound to */
                            readonly notRead: readonly string[];
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly "driftPut-back": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Names this write: sent again, it is not done again */
                readonly "Idempotency-Key"?: string;
                /** @description The ETag that the change was made from */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly application: string;
                    readonly environment: string;
                    /** @description Its measurements have to be no worse afterwards; the one of the Application's name where it is measured */
                    readonly component?: string;
                };
            };
        };
        readonly responses: {
            /** @description Start a run that has Argo CD put back what was changed by hand in an Application */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @description With its version: restart-component@1 */
                        readonly procedure: string;
                        readonly title: string;
                        /** @description What it comes to: its own title, or else the step that weighs most */
                        readonly about: string;
                        readonly environment: string;
                        readonly links: {
                            readonly [key: string]: string;
                        };
                        /** @enum {string} */
                        readonly mode: "shadow" | "act";
                        /** @enum {string} */
                        readonly state: "ready" | "queued" | "running" | "waiting" | "paused" | "done" | "aborted" | "cancelled";
                        readonly waitsFor: ("approval" | "attestation" | "decision" | "time" | "condition" | "window" | "retry" | "worker" | "stop") | null;
                        /** @description Why it waits, in words */
                        readonly reason: string | null;
                        readonly wakeAt: string | null;
                        /** @enum {string} */
                        readonly direction: "do" | "undo";
                        /** @description The step that it is at */
                        readonly step: string | null;
                        readonly attempt: number;
                        readonly position: number;
                        readonly steps: number;
                        /** @description What was asked of it and comes after this step */
                        readonly wanted: ("pause" | "abort" | "cancel") | null;
                        /** @description Of the plan: an approval names it */
                        readonly digest: string;
                        readonly version: number;
                        readonly requestedBy: {
                            /** @enum {string} */
                            readonly kind: "person" | "token" | "system";
                            readonly id: string;
                            readonly name: string;
                        };
                        /** Format: date-time */
                        readonly createdAt: string;
                        readonly startedAt: string | null;
                        readonly endedAt: string | null;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly applicationList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Argo CD's Applications as they were seen last */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly namespace: string;
                            readonly name: string;
                            readonly sync: string;
                            readonly health: string;
                            readonly message: string;
                            readonly unhealthySince: string | null;
                            readonly selfHeal: boolean;
                            readonly automated: boolean;
                            readonly target: readonly string[];
                            /** @description Git moved on since its last sync */
                            readonly behind: boolean;
                            readonly syncedAt: string | null;
                            readonly comparedAt: string | null;
                            readonly operation: {
                                readonly phase: string;
                                readonly message: string;
                                readonly finishedAt: string | null;
                            } | null;
                            readonly outOfSync: readonly {
                                readonly group: string;
                                readonly kind: string;
                                readonly namespace: string;
                                readonly name: string;
                            }[];
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly certificateList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description cert-manager's certificates: when they end, and when they are renewed */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly namespace: string;
                            readonly name: string;
                            readonly names: readonly string[];
                            readonly notBefore: string | null;
                            readonly notAfter: string | null;
                            readonly renewalTime: string | null;
                            /** @description null: cert-manager has not said so far */
                            readonly ready: boolean | null;
                            readonly message: string;
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly workloadList: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
                readonly environment?: string;
            };
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What runs in the clusters, by image */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly namespace: string;
                            readonly kind: string;
                            readonly name: string;
                            readonly application: string | null;
                            readonly wanted: number;
                            readonly ready: number;
                            readonly containers: readonly {
                                readonly name: string;
                                readonly image: string;
                            }[];
                        }[];
                        readonly next?: string;
                        /** @description How many fit in all */
                        readonly total?: number;
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly clusterList: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description When each cluster was looked at, whether it answered, and what could not be seen */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly environment: string;
                            readonly cluster: string;
                            readonly version: string;
                            readonly objects: number;
                            readonly at: string;
                            readonly seenAt: string | null;
                            /** @description Why it did not answer the last time; null when it did */
                            readonly why: string | null;
                            readonly unseen: readonly {
                                readonly what: string;
                                readonly why: string;
                                readonly howToLearn: string;
                            }[];
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly documentTroubleshooting: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What can go wrong, what shows it, what to do, and what shows now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly symptoms: readonly {
                            /** @enum {string} */
                            readonly kind: "rule" | "probe" | "guide";
                            readonly id: string;
                            /** @description Under what it is looked for: a group of rules, a system, a section */
                            readonly about: string;
                            readonly says: string;
                            /** @enum {string} */
                            readonly severity?: "critical" | "high" | "medium" | "low";
                            readonly why: string;
                            readonly toDo: string;
                            readonly command: string;
                            readonly sources: readonly string[];
                            /** @description Where it shows now; left out: it does not show, as far as was looked */
                            readonly now?: {
                                readonly count: number;
                                readonly where: string;
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly documentSecurity: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Rights, who can write, what lies open, when secrets are rotated, and what leaves the machine */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly mode: "observe" | "shadow" | "act";
                        /** @description Each role may do what those before it may */
                        readonly rights: readonly {
                            readonly role: string;
                            readonly says: string;
                            readonly verbs: readonly {
                                readonly cli: string;
                                readonly summary: string;
                                /** @enum {string} */
                                readonly effect: "none" | "own" | "outside";
                            }[];
                        }[];
                        /** @description Settings by which this server holds credentials that can change the platform */
                        readonly own: readonly string[];
                        /** @description Who can change a cluster without Git */
                        readonly writers: readonly {
                            readonly environment: string;
                            readonly name: string;
                            readonly powers: readonly string[];
                            /** @description Namespaces; * for the whole cluster */
                            readonly places: readonly string[];
                            readonly bindings: readonly string[];
                        }[];
                        /** @description Environments of which it is not known who can write there */
                        readonly unseen: readonly string[];
                        readonly exposed: readonly {
                            readonly id: string;
                            readonly rule: string;
                            /** @enum {string} */
                            readonly severity: "critical" | "high" | "medium" | "low";
                            readonly title: string;
                            readonly subject: string;
                            readonly environment: string | null;
                            readonly message: string;
                            readonly since: string;
                        }[];
                        readonly cadences: readonly {
                            readonly duty: string;
                            readonly title: string;
                            readonly environment?: string;
                            readonly when: string;
                            /** @enum {string} */
                            readonly state: "waiting" | "due" | "overdue";
                            readonly dueAt: string;
                        }[];
                        readonly outward: readonly {
                            readonly id: string;
                            readonly to: string;
                            readonly sends: string;
                            readonly setting: string;
                            /** @enum {string} */
                            readonly writes: "never" | "in mode act" | "yes";
                            /** @description It is configured */
                            readonly open: boolean;
                            /** @description For administrators */
                            readonly targets?: readonly string[];
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly documentArchitecture: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Each environment as it is deployed: components, who needs whom, and what keeps data */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly environments: readonly {
                            readonly environment: string;
                            readonly components: readonly {
                                readonly name: string;
                                readonly system: string | null;
                                readonly namespace: string | null;
                                readonly version: string | null;
                            }[];
                            /** @description from needs to */
                            readonly calls: readonly {
                                readonly from: string;
                                readonly to: string;
                                readonly why: string;
                            }[];
                            readonly stores: readonly {
                                readonly component: string;
                                readonly title: string;
                                readonly product: string;
                                readonly beside: readonly {
                                    readonly what: string;
                                    readonly why: string;
                                    readonly essential: boolean;
                                }[];
                            }[];
                        }[];
                    };
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly documentWrite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag that is at hand: 304 when it still holds */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                readonly name: "architecture" | "security" | "troubleshooting";
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A document as Markdown, for a repository to keep: SECURITY.md, TROUBLESHOOTING.md, ARCHITECTURE.md */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/markdown": string;
                };
            };
            /** @description What went wrong, and what to do */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
