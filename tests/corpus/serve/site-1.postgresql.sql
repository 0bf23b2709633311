SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.site_account (
    name text NOT NULL,
    password text NOT NULL,
    role text NOT NULL,
    created text NOT NULL
);
CREATE TABLE public.site_activity (
    project text NOT NULL,
    issue text NOT NULL,
    fingerprint text NOT NULL,
    first_seen text NOT NULL,
    last_seen text NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE public.site_audit (
    number bigint NOT NULL,
    at text NOT NULL,
    account text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL
);
CREATE SEQUENCE public.site_audit_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.site_audit_number_seq OWNED BY public.site_audit.number;
CREATE TABLE public.site_comment (
    number bigint NOT NULL,
    subject text NOT NULL,
    account text NOT NULL,
    written text NOT NULL,
    text text NOT NULL
);
CREATE SEQUENCE public.site_comment_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.site_comment_number_seq OWNED BY public.site_comment.number;
CREATE TABLE public.site_facet (
    project text NOT NULL,
    issue text NOT NULL,
    fingerprint text NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE public.site_hour (
    project text NOT NULL,
    issue text NOT NULL,
    fingerprint text NOT NULL,
    hour text NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE public.site_occurrence (
    number bigint NOT NULL,
    issue text NOT NULL,
    project text NOT NULL,
    fingerprint text NOT NULL,
    seen text NOT NULL,
    environment text,
    release text,
    host text,
    runtime text,
    type text,
    message text,
    own_file text,
    count bigint NOT NULL,
    trace text NOT NULL
);
CREATE SEQUENCE public.site_occurrence_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.site_occurrence_number_seq OWNED BY public.site_occurrence.number;
CREATE TABLE public.site_project (
    id text NOT NULL,
    name text NOT NULL,
    created text NOT NULL
);
CREATE TABLE public.site_schema (
    version integer NOT NULL
);
CREATE TABLE public.site_session (
    digest text NOT NULL,
    account text NOT NULL,
    until text NOT NULL
);
CREATE TABLE public.site_taken (
    entry text NOT NULL,
    at text NOT NULL
);
CREATE TABLE public.site_token (
    digest text NOT NULL,
    project text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    created text NOT NULL
);
CREATE TABLE public.stacktraces_alias (
    id text NOT NULL COLLATE pg_catalog."C",
    issue_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.stacktraces_exemplar (
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    issue_id text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    error text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.stacktraces_fingerprint (
    value text NOT NULL COLLATE pg_catalog."C",
    issue_id text NOT NULL COLLATE pg_catalog."C",
    count bigint NOT NULL,
    first_seen text COLLATE pg_catalog."C",
    last_seen text COLLATE pg_catalog."C",
    recording bigint
);
CREATE TABLE public.stacktraces_issue (
    id text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    resolved_at text COLLATE pg_catalog."C",
    resolved_in text COLLATE pg_catalog."C",
    link text COLLATE pg_catalog."C",
    note text COLLATE pg_catalog."C",
    muted_until text COLLATE pg_catalog."C"
);
CREATE TABLE public.stacktraces_posting (
    token bigint NOT NULL,
    stack bigint NOT NULL
);
CREATE TABLE public.stacktraces_schema (
    version integer NOT NULL
);
CREATE TABLE public.stacktraces_sighting (
    day text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    count bigint NOT NULL
)
PARTITION BY RANGE (day);
CREATE TABLE public.stacktraces_sighting_other (
    day text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    count bigint NOT NULL
);
CREATE TABLE public.stacktraces_stack (
    number bigint NOT NULL,
    issue_id text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    document text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.stacktraces_state (
    name text NOT NULL COLLATE pg_catalog."C",
    value bigint NOT NULL
);
CREATE TABLE public.stacktraces_token (
    token bigint NOT NULL,
    issues bigint NOT NULL
);
CREATE TABLE public.stacktraces_version (
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    issue_id text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE ONLY public.stacktraces_sighting ATTACH PARTITION public.stacktraces_sighting_other DEFAULT;
ALTER TABLE ONLY public.site_audit ALTER COLUMN number SET DEFAULT nextval('public.site_audit_number_seq'::regclass);
ALTER TABLE ONLY public.site_comment ALTER COLUMN number SET DEFAULT nextval('public.site_comment_number_seq'::regclass);
ALTER TABLE ONLY public.site_occurrence ALTER COLUMN number SET DEFAULT nextval('public.site_occurrence_number_seq'::regclass);
INSERT INTO public.site_account VALUES ('anna', '$argon2id$v=19$m=65536,t=3,p=4$nZtJk6kmfHHB4Tu7mhaUHw$WayxXQCvNfYQShsfMTImrTiI/9XsBg93qYQikfkNpLU', 'admin', '2026-11-29T10:50:01Z');
INSERT INTO public.site_activity VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', '2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z', 2);
INSERT INTO public.site_activity VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', '2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z', 2);
INSERT INTO public.site_audit VALUES (1, '2026-11-29T10:50:01Z', 'anna', 'commented', '4-3b923788e9a95583');
INSERT INTO public.site_comment VALUES (1, '4-3b923788e9a95583', 'anna', '2026-11-29T10:50:01Z', 'Since the price list moved.');
INSERT INTO public.site_facet VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', 'message', '''x''', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', 'own_file', '/srv/shop/stock.py', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', 'runtime', 'python', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', 'type', 'KeyError', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', 'message', '''x''', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', 'own_file', '/srv/shop/cart.py', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', 'runtime', 'python', 2);
INSERT INTO public.site_facet VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', 'type', 'KeyError', 2);
INSERT INTO public.site_hour VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', '2026-03-01T10', 1);
INSERT INTO public.site_hour VALUES ('shop', '4-3b923788e9a95583', '4-3b923788e9a95583', '2026-03-02T10', 1);
INSERT INTO public.site_hour VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', '2026-03-01T10', 1);
INSERT INTO public.site_hour VALUES ('shop', '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', '2026-03-02T10', 1);
INSERT INTO public.site_occurrence VALUES (1, '4-9115808b6d1a1e71', 'shop', '4-9115808b6d1a1e71', '2026-03-01T10:00:00Z', NULL, NULL, NULL, 'python', 'KeyError', '''x''', '/srv/shop/cart.py', 1, '{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"cart","file":"/srv/shop/cart.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772359200000000000},"time":"2026-03-01T10:00:00","timestamp":"2026-03-01 10:00:00","context":{"level":"ERROR"},"before":"2026-03-01 10:00:00 ERROR failed"}');
INSERT INTO public.site_occurrence VALUES (2, '4-9115808b6d1a1e71', 'shop', '4-9115808b6d1a1e71', '2026-03-02T10:00:00Z', NULL, NULL, NULL, 'python', 'KeyError', '''x''', '/srv/shop/cart.py', 1, '{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"cart","file":"/srv/shop/cart.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772445600000000000},"time":"2026-03-02T10:00:00","timestamp":"2026-03-02 10:00:00","context":{"level":"ERROR"},"before":"2026-03-02 10:00:00 ERROR failed"}');
INSERT INTO public.site_occurrence VALUES (3, '4-3b923788e9a95583', 'shop', '4-3b923788e9a95583', '2026-03-01T10:00:00Z', NULL, NULL, NULL, 'python', 'KeyError', '''x''', '/srv/shop/stock.py', 1, '{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"stock","file":"/srv/shop/stock.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772359200000000000},"time":"2026-03-01T10:00:00","timestamp":"2026-03-01 10:00:00","context":{"level":"ERROR"},"before":"2026-03-01 10:00:00 ERROR failed"}');
INSERT INTO public.site_occurrence VALUES (4, '4-3b923788e9a95583', 'shop', '4-3b923788e9a95583', '2026-03-02T10:00:00Z', NULL, NULL, NULL, 'python', 'KeyError', '''x''', '/srv/shop/stock.py', 1, '{"error":{"type":"KeyError","message":"''x''","frames":[{"function":"stock","file":"/srv/shop/stock.py","line":3,"source":"return prices[\"x\"]"}]},"format":"python","runtime":"python","origin":{"path":"request","line":2,"offset":33,"time_ns":1772445600000000000},"time":"2026-03-02T10:00:00","timestamp":"2026-03-02 10:00:00","context":{"level":"ERROR"},"before":"2026-03-02 10:00:00 ERROR failed"}');
INSERT INTO public.site_project VALUES ('shop', 'Shop', '2026-11-29T10:50:00Z');
INSERT INTO public.site_schema VALUES (1);
INSERT INTO public.site_session VALUES ('0580f041a8a48e25884089658ab73aa21bd14d5785e2634ed6098b39f1c4bb94', 'anna', '2026-12-13T10:50:01Z');
INSERT INTO public.site_taken VALUES ('01795949400649794429-a87fd1df', '2026-11-29T10:50:00Z');
INSERT INTO public.site_taken VALUES ('01795949400663100654-17ad7ec7', '2026-11-29T10:50:00Z');
INSERT INTO public.site_taken VALUES ('01795949400676472627-998fa888', '2026-11-29T10:50:00Z');
INSERT INTO public.site_taken VALUES ('01795949400712648501-996ca174', '2026-11-29T10:50:00Z');
INSERT INTO public.site_token VALUES ('1ccd6cda26200466534b02a0c6972d2aa45b2681014efa0d005ed146d43f2641', 'shop', 'write', 'w', '2026-11-29T10:50:00Z');
INSERT INTO public.site_token VALUES ('0a33f222babb2afe58cefae6c8d35f33614232797d3168fe8559371304ace28c', 'shop', 'read', 'r', '2026-11-29T10:50:00Z');
INSERT INTO public.stacktraces_exemplar VALUES ('4-3b923788e9a95583', '4-3b923788e9a95583', 0, '{"type":"KeyError","message":"''x''","frames":[{"function":"stock","file":"/srv/shop/stock.py"}],"runtime":"python"}');
INSERT INTO public.stacktraces_exemplar VALUES ('4-9115808b6d1a1e71', '4-9115808b6d1a1e71', 0, '{"type":"KeyError","message":"''x''","frames":[{"function":"cart","file":"/srv/shop/cart.py"}],"runtime":"python"}');
INSERT INTO public.stacktraces_fingerprint VALUES ('4-3b923788e9a95583', '4-3b923788e9a95583', 2, '2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z', 1);
INSERT INTO public.stacktraces_fingerprint VALUES ('4-9115808b6d1a1e71', '4-9115808b6d1a1e71', 2, '2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z', 1);
INSERT INTO public.stacktraces_issue VALUES ('4-3b923788e9a95583', 'KeyError: ''x'' in stock', 'open', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.stacktraces_issue VALUES ('4-9115808b6d1a1e71', 'KeyError: ''x'' in cart', 'open', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.stacktraces_posting VALUES (2017535430243818758, 1102285);
INSERT INTO public.stacktraces_posting VALUES (3406572392566936433, 2897681);
INSERT INTO public.stacktraces_schema VALUES (4);
INSERT INTO public.stacktraces_sighting_other VALUES ('2026-03-02', '4-3b923788e9a95583', 2);
INSERT INTO public.stacktraces_sighting_other VALUES ('2026-03-02', '4-9115808b6d1a1e71', 2);
INSERT INTO public.stacktraces_stack VALUES (1102285, '4-3b923788e9a95583', '4-3b923788e9a95583', '{"runtime":"python","frames":["stock.py:stock"],"error_type":"KeyError","message":"''x''"}');
INSERT INTO public.stacktraces_stack VALUES (2897681, '4-9115808b6d1a1e71', '4-9115808b6d1a1e71', '{"runtime":"python","frames":["cart.py:cart"],"error_type":"KeyError","message":"''x''"}');
INSERT INTO public.stacktraces_state VALUES ('made', 4002);
INSERT INTO public.stacktraces_state VALUES ('issues', 2);
INSERT INTO public.stacktraces_state VALUES ('recordings', 2);
INSERT INTO public.stacktraces_token VALUES (2017535430243818758, 1);
INSERT INTO public.stacktraces_token VALUES (3406572392566936433, 1);
SELECT pg_catalog.setval('public.site_audit_number_seq', 1, true);
SELECT pg_catalog.setval('public.site_comment_number_seq', 1, true);
SELECT pg_catalog.setval('public.site_occurrence_number_seq', 4, true);
ALTER TABLE ONLY public.site_account
    ADD CONSTRAINT site_account_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.site_activity
    ADD CONSTRAINT site_activity_pkey PRIMARY KEY (project, issue, fingerprint);
ALTER TABLE ONLY public.site_audit
    ADD CONSTRAINT site_audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.site_comment
    ADD CONSTRAINT site_comment_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.site_facet
    ADD CONSTRAINT site_facet_pkey PRIMARY KEY (project, issue, fingerprint, name, value);
ALTER TABLE ONLY public.site_hour
    ADD CONSTRAINT site_hour_pkey PRIMARY KEY (project, issue, fingerprint, hour);
ALTER TABLE ONLY public.site_occurrence
    ADD CONSTRAINT site_occurrence_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.site_project
    ADD CONSTRAINT site_project_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.site_session
    ADD CONSTRAINT site_session_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.site_taken
    ADD CONSTRAINT site_taken_pkey PRIMARY KEY (entry);
ALTER TABLE ONLY public.site_token
    ADD CONSTRAINT site_token_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.stacktraces_alias
    ADD CONSTRAINT stacktraces_alias_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stacktraces_exemplar
    ADD CONSTRAINT stacktraces_exemplar_pkey PRIMARY KEY (fingerprint, issue_id, "position");
ALTER TABLE ONLY public.stacktraces_fingerprint
    ADD CONSTRAINT stacktraces_fingerprint_pkey PRIMARY KEY (value, issue_id);
ALTER TABLE ONLY public.stacktraces_issue
    ADD CONSTRAINT stacktraces_issue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stacktraces_posting
    ADD CONSTRAINT stacktraces_posting_pkey PRIMARY KEY (token, stack);
ALTER TABLE ONLY public.stacktraces_sighting
    ADD CONSTRAINT stacktraces_sighting_pkey PRIMARY KEY (day, fingerprint);
ALTER TABLE ONLY public.stacktraces_sighting_other
    ADD CONSTRAINT stacktraces_sighting_other_pkey PRIMARY KEY (day, fingerprint);
ALTER TABLE ONLY public.stacktraces_stack
    ADD CONSTRAINT stacktraces_stack_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.stacktraces_state
    ADD CONSTRAINT stacktraces_state_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.stacktraces_token
    ADD CONSTRAINT stacktraces_token_pkey PRIMARY KEY (token);
ALTER TABLE ONLY public.stacktraces_version
    ADD CONSTRAINT stacktraces_version_pkey PRIMARY KEY (fingerprint, issue_id, version);
CREATE INDEX ix_site_activity_issue ON public.site_activity USING btree (issue);
CREATE INDEX ix_site_comment_subject ON public.site_comment USING btree (subject);
CREATE INDEX ix_site_facet_issue ON public.site_facet USING btree (issue);
CREATE INDEX ix_site_hour_issue ON public.site_hour USING btree (issue);
CREATE INDEX ix_site_taken_at ON public.site_taken USING btree (at);
CREATE INDEX ix_site_token_project ON public.site_token USING btree (project);
CREATE INDEX ix_stacktraces_alias_issue_id ON public.stacktraces_alias USING btree (issue_id);
CREATE INDEX ix_stacktraces_exemplar_issue_id ON public.stacktraces_exemplar USING btree (issue_id);
CREATE INDEX ix_stacktraces_fingerprint_issue_id ON public.stacktraces_fingerprint USING btree (issue_id);
CREATE INDEX ix_stacktraces_fingerprint_recording ON public.stacktraces_fingerprint USING btree (recording);
CREATE INDEX ix_stacktraces_stack_fingerprint ON public.stacktraces_stack USING btree (fingerprint);
CREATE INDEX ix_stacktraces_stack_issue_id ON public.stacktraces_stack USING btree (issue_id);
CREATE INDEX ix_stacktraces_version_issue_id ON public.stacktraces_version USING btree (issue_id);
CREATE INDEX site_facet_of_value ON public.site_facet USING btree (name, value);
CREATE INDEX site_occurrence_of_issue ON public.site_occurrence USING btree (issue, seen);
CREATE INDEX site_occurrence_of_project ON public.site_occurrence USING btree (project, seen);
ALTER INDEX public.stacktraces_sighting_pkey ATTACH PARTITION public.stacktraces_sighting_other_pkey;
ALTER TABLE ONLY public.stacktraces_alias
    ADD CONSTRAINT stacktraces_alias_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES public.stacktraces_issue(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.stacktraces_exemplar
    ADD CONSTRAINT stacktraces_exemplar_fingerprint_issue_id_fkey FOREIGN KEY (fingerprint, issue_id) REFERENCES public.stacktraces_fingerprint(value, issue_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.stacktraces_fingerprint
    ADD CONSTRAINT stacktraces_fingerprint_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES public.stacktraces_issue(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.stacktraces_version
    ADD CONSTRAINT stacktraces_version_fingerprint_issue_id_fkey FOREIGN KEY (fingerprint, issue_id) REFERENCES public.stacktraces_fingerprint(value, issue_id) ON DELETE CASCADE;
