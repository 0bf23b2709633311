BEGIN TRANSACTION;
CREATE TABLE site_account (
	name TEXT NOT NULL, 
	password TEXT NOT NULL, 
	role TEXT NOT NULL, 
	created TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "site_account" VALUES('anna','$argon2id$v=19$m=65536,t=3,p=4$RB/LHfcSmSj2VEakMvrUcA$lceaAIaXgWhY8ydKb+83c3lohwO6ncDM2QQJgx4xXzU','admin','2026-11-29T10:49:53Z');
CREATE TABLE site_activity (
	project TEXT NOT NULL, 
	issue TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	first_seen TEXT NOT NULL, 
	last_seen TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (project, issue, fingerprint)
);
INSERT INTO "site_activity" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','2026-03-01T10:00:00Z','2026-03-02T10:00:00Z',2);
INSERT INTO "site_activity" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','2026-03-01T10:00:00Z','2026-03-02T10:00:00Z',2);
CREATE TABLE site_audit (
	number INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	account TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "site_audit" VALUES(1,'2026-11-29T10:49:53Z','anna','commented','4-3b923788e9a95583');
CREATE TABLE site_comment (
	number INTEGER NOT NULL, 
	subject TEXT NOT NULL, 
	account TEXT NOT NULL, 
	written TEXT NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "site_comment" VALUES(1,'4-3b923788e9a95583','anna','2026-11-29T10:49:53Z','Since the price list moved.');
CREATE TABLE site_facet (
	project TEXT NOT NULL, 
	issue TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (project, issue, fingerprint, name, value)
);
INSERT INTO "site_facet" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','message','''x''',2);
INSERT INTO "site_facet" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','own_file','/srv/shop/stock.py',2);
INSERT INTO "site_facet" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','runtime','python',2);
INSERT INTO "site_facet" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','type','KeyError',2);
INSERT INTO "site_facet" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','message','''x''',2);
INSERT INTO "site_facet" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','own_file','/srv/shop/cart.py',2);
INSERT INTO "site_facet" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','runtime','python',2);
INSERT INTO "site_facet" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','type','KeyError',2);
CREATE TABLE site_hour (
	project TEXT NOT NULL, 
	issue TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	hour TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (project, issue, fingerprint, hour)
);
INSERT INTO "site_hour" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','2026-03-01T10',1);
INSERT INTO "site_hour" VALUES('shop','4-3b923788e9a95583','4-3b923788e9a95583','2026-03-02T10',1);
INSERT INTO "site_hour" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','2026-03-01T10',1);
INSERT INTO "site_hour" VALUES('shop','4-9115808b6d1a1e71','4-9115808b6d1a1e71','2026-03-02T10',1);
CREATE TABLE site_occurrence (
	number INTEGER NOT NULL, 
	issue TEXT NOT NULL, 
	project TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	seen TEXT NOT NULL, 
	environment TEXT, 
	release TEXT, 
	host TEXT, 
	runtime TEXT, 
	type TEXT, 
	message TEXT, 
	own_file TEXT, 
	count BIGINT NOT NULL, 
	trace TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "site_occurrence" VALUES(1,'4-9115808b6d1a1e71','shop','4-9115808b6d1a1e71','2026-03-01T10:00:00Z',NULL,NULL,NULL,'python','KeyError','''x''','/srv/shop/cart.py',1,'{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"cart","file":"/srv/shop/cart.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772359200000000000},"time":"2026-03-01T10:00:00","timestamp":"2026-03-01 10:00:00","context":{"level":"ERROR"},"before":"2026-03-01 10:00:00 ERROR failed"}');
INSERT INTO "site_occurrence" VALUES(2,'4-9115808b6d1a1e71','shop','4-9115808b6d1a1e71','2026-03-02T10:00:00Z',NULL,NULL,NULL,'python','KeyError','''x''','/srv/shop/cart.py',1,'{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"cart","file":"/srv/shop/cart.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772445600000000000},"time":"2026-03-02T10:00:00","timestamp":"2026-03-02 10:00:00","context":{"level":"ERROR"},"before":"2026-03-02 10:00:00 ERROR failed"}');
INSERT INTO "site_occurrence" VALUES(3,'4-3b923788e9a95583','shop','4-3b923788e9a95583','2026-03-01T10:00:00Z',NULL,NULL,NULL,'python','KeyError','''x''','/srv/shop/stock.py',1,'{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"stock","file":"/srv/shop/stock.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772359200000000000},"time":"2026-03-01T10:00:00","timestamp":"2026-03-01 10:00:00","context":{"level":"ERROR"},"before":"2026-03-01 10:00:00 ERROR failed"}');
INSERT INTO "site_occurrence" VALUES(4,'4-3b923788e9a95583','shop','4-3b923788e9a95583','2026-03-02T10:00:00Z',NULL,NULL,NULL,'python','KeyError','''x''','/srv/shop/stock.py',1,'{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"stock","file":"/srv/shop/stock.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772445600000000000},"time":"2026-03-02T10:00:00","timestamp":"2026-03-02 10:00:00","context":{"level":"ERROR"},"before":"2026-03-02 10:00:00 ERROR failed"}');
CREATE TABLE site_project (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "site_project" VALUES('shop','Shop','2026-11-29T10:49:49Z');
CREATE TABLE site_schema (
	version INTEGER NOT NULL
);
INSERT INTO "site_schema" VALUES(1);
CREATE TABLE site_session (
	digest TEXT NOT NULL, 
	account TEXT NOT NULL, 
	until TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "site_session" VALUES('f71b6d0e1075de7abe467f20e6ad3728c199596744687a4e77b5401fcd74b999','anna','2026-12-13T10:49:53Z');
CREATE TABLE site_taken (
	entry TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (entry)
);
INSERT INTO "site_taken" VALUES('01795949389078318991-b7cbb1f2','2026-11-29T10:49:51Z');
INSERT INTO "site_taken" VALUES('01795949389100221551-be92daa9','2026-11-29T10:49:51Z');
INSERT INTO "site_taken" VALUES('01795949389124749428-af4738c8','2026-11-29T10:49:51Z');
INSERT INTO "site_taken" VALUES('01795949389152271932-b0227a95','2026-11-29T10:49:51Z');
CREATE TABLE site_token (
	digest TEXT NOT NULL, 
	project TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "site_token" VALUES('c75954fdad246721563b3ba9a036945e108889ea5d8b2ea45524a1586fdda1be','shop','write','w','2026-11-29T10:49:49Z');
INSERT INTO "site_token" VALUES('0a64600140a6437cd5a94ffbd4187db276ddcb76a2cb37914d67ad7e89569013','shop','read','r','2026-11-29T10:49:49Z');
CREATE TABLE stacktraces_alias (
	id TEXT NOT NULL, 
	issue_id TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(issue_id) REFERENCES stacktraces_issue (id) ON DELETE CASCADE
);
CREATE TABLE stacktraces_exemplar (
	fingerprint TEXT NOT NULL, 
	issue_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	error TEXT NOT NULL, 
	PRIMARY KEY (fingerprint, issue_id, position), 
	FOREIGN KEY(fingerprint, issue_id) REFERENCES stacktraces_fingerprint (value, issue_id) ON DELETE CASCADE
);
INSERT INTO "stacktraces_exemplar" VALUES('4-3b923788e9a95583','4-3b923788e9a95583',0,'{"type":"KeyError","message":"''x''","frames":[{"function":"stock","file":"/srv/shop/stock.py"}],"runtime":"python"}');
INSERT INTO "stacktraces_exemplar" VALUES('4-9115808b6d1a1e71','4-9115808b6d1a1e71',0,'{"type":"KeyError","message":"''x''","frames":[{"function":"cart","file":"/srv/shop/cart.py"}],"runtime":"python"}');
CREATE TABLE stacktraces_fingerprint (
	value TEXT NOT NULL, 
	issue_id TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	first_seen TEXT, 
	last_seen TEXT, 
	recording BIGINT, 
	PRIMARY KEY (value, issue_id), 
	FOREIGN KEY(issue_id) REFERENCES stacktraces_issue (id) ON DELETE CASCADE
);
INSERT INTO "stacktraces_fingerprint" VALUES('4-3b923788e9a95583','4-3b923788e9a95583',2,'2026-03-01T10:00:00Z','2026-03-02T10:00:00Z',1);
INSERT INTO "stacktraces_fingerprint" VALUES('4-9115808b6d1a1e71','4-9115808b6d1a1e71',2,'2026-03-01T10:00:00Z','2026-03-02T10:00:00Z',1);
CREATE TABLE stacktraces_issue (
	id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	status TEXT NOT NULL, 
	resolved_at TEXT, 
	resolved_in TEXT, 
	link TEXT, 
	note TEXT, 
	muted_until TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "stacktraces_issue" VALUES('4-3b923788e9a95583','KeyError: ''x'' in stock','open',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "stacktraces_issue" VALUES('4-9115808b6d1a1e71','KeyError: ''x'' in cart','open',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE stacktraces_posting (
	token BIGINT NOT NULL, 
	stack BIGINT NOT NULL, 
	PRIMARY KEY (token, stack)
)
 WITHOUT ROWID

;
INSERT INTO "stacktraces_posting" VALUES(2017535430243818758,1102285);
INSERT INTO "stacktraces_posting" VALUES(3406572392566936433,2897681);
CREATE TABLE stacktraces_schema (
	version INTEGER NOT NULL
);
INSERT INTO "stacktraces_schema" VALUES(4);
CREATE TABLE stacktraces_sighting (
	day TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (day, fingerprint)
);
INSERT INTO "stacktraces_sighting" VALUES('2026-03-02','4-3b923788e9a95583',2);
INSERT INTO "stacktraces_sighting" VALUES('2026-03-02','4-9115808b6d1a1e71',2);
CREATE TABLE stacktraces_stack (
	number BIGINT NOT NULL, 
	issue_id TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "stacktraces_stack" VALUES(1102285,'4-3b923788e9a95583','4-3b923788e9a95583','{"runtime":"python","frames":["stock.py:stock"],"error_type":"KeyError","message":"''x''"}');
INSERT INTO "stacktraces_stack" VALUES(2897681,'4-9115808b6d1a1e71','4-9115808b6d1a1e71','{"runtime":"python","frames":["cart.py:cart"],"error_type":"KeyError","message":"''x''"}');
CREATE TABLE stacktraces_state (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "stacktraces_state" VALUES('made',4002);
INSERT INTO "stacktraces_state" VALUES('issues',2);
INSERT INTO "stacktraces_state" VALUES('recordings',2);
CREATE TABLE stacktraces_token (
	token BIGINT NOT NULL, 
	issues BIGINT NOT NULL, 
	PRIMARY KEY (token)
)
 WITHOUT ROWID

;
INSERT INTO "stacktraces_token" VALUES(2017535430243818758,1);
INSERT INTO "stacktraces_token" VALUES(3406572392566936433,1);
CREATE TABLE stacktraces_version (
	fingerprint TEXT NOT NULL, 
	issue_id TEXT NOT NULL, 
	version TEXT NOT NULL, 
	PRIMARY KEY (fingerprint, issue_id, version), 
	FOREIGN KEY(fingerprint, issue_id) REFERENCES stacktraces_fingerprint (value, issue_id) ON DELETE CASCADE
);
CREATE INDEX ix_stacktraces_stack_fingerprint ON stacktraces_stack (fingerprint);
CREATE INDEX ix_stacktraces_stack_issue_id ON stacktraces_stack (issue_id);
CREATE INDEX ix_stacktraces_alias_issue_id ON stacktraces_alias (issue_id);
CREATE INDEX ix_stacktraces_fingerprint_issue_id ON stacktraces_fingerprint (issue_id);
CREATE INDEX ix_stacktraces_fingerprint_recording ON stacktraces_fingerprint (recording);
CREATE INDEX ix_stacktraces_exemplar_issue_id ON stacktraces_exemplar (issue_id);
CREATE INDEX ix_stacktraces_version_issue_id ON stacktraces_version (issue_id);
CREATE INDEX ix_site_token_project ON site_token (project);
CREATE INDEX ix_site_taken_at ON site_taken (at);
CREATE INDEX site_occurrence_of_issue ON site_occurrence (issue, seen);
CREATE INDEX site_occurrence_of_project ON site_occurrence (project, seen);
CREATE INDEX ix_site_activity_issue ON site_activity (issue);
CREATE INDEX ix_site_hour_issue ON site_hour (issue);
CREATE INDEX ix_site_facet_issue ON site_facet (issue);
CREATE INDEX site_facet_of_value ON site_facet (name, value);
CREATE INDEX ix_site_comment_subject ON site_comment (subject);
COMMIT;
