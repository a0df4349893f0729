-- A row is sorted by its narrow columns; the vectors of the whole text lie in the side table, as they are.
ALTER TABLE search_searchitem SET (toast_tuple_target = 512);
ALTER TABLE search_searchitem ALTER COLUMN text_marked SET STORAGE EXTERNAL;
ALTER TABLE search_searchitem ALTER COLUMN text_plain SET STORAGE EXTERNAL;
ALTER TABLE search_searchitem ALTER COLUMN lead SET STORAGE EXTERNAL;

-- The order of what is found. Steps come strictly one after the other, and no later step is asked once there is enough:
--
--   1  every word in the title, with the marks that were typed
--   2  every word in the title or the text, with those marks
--   3  every word in the title, folded
--   4  every word in the title or the text, folded
--   5  what is about the places named (`near`), if it holds the other words (`beside`; null: there are none)
--
-- Words typed without marks name no marks, so `marked` is null then and the search begins at 3. Slips of the pen are not
-- looked for here: they are mended first (`spelling.py`) and what the mended words find comes after all of this.
--
-- Within a step, of its newest (500 by titles, 200 by texts, for only these are weighed):
--   + 2    the title is just these words
--   + 1    the words stand together in the title
--   + 0..1 how much of the title, or of the text, the words are (ts_rank, by length)
--   + 0.2  for today's, 0.1 for a year ago, 0.05 for three years ago: enough to part equals, not to lift a worse match.
--
-- `inside` and `narrowed` (kind, language, year) narrow every step.
CREATE FUNCTION search_find(marked tsquery, plain tsquery, phrase text, narrowed jsonb, inside bigint[], near bigint[],
    beside tsquery, most int) RETURNS TABLE (id bigint, step int, score real) LANGUAGE plpgsql STABLE AS $$
DECLARE
    seen bigint[] := '{}';
    narrow text := '';
    fresh record;
    wanted record;
BEGIN
    IF narrowed ? 'kind' THEN narrow := narrow || format(' AND kind = %L', narrowed ->> 'kind'); END IF;
    IF narrowed ? 'language' THEN narrow := narrow || format(' AND language = %L', narrowed ->> 'language'); END IF;
    IF narrowed ? 'year' THEN narrow := narrow || format(' AND year = %s', (narrowed ->> 'year')::int); END IF;
    IF inside IS NOT NULL THEN narrow := narrow || ' AND unit_id = ANY ($2)'; END IF;
    FOR wanted IN SELECT * FROM (VALUES
        (1, 'title_marked', marked, 500, 'title_marked @@ $1'), (2, 'text_marked', marked, 200, 'text_marked @@ $1'),
        (3, 'title_plain', plain, 500, 'title_plain @@ $1'), (4, 'text_plain', plain, 200, 'text_plain @@ $1'),
        (5, 'text_plain', coalesce(beside, plain), 200, CASE WHEN beside IS NULL THEN 'unit_id = ANY ($4)'
            ELSE 'text_plain @@ $1 AND unit_id = ANY ($4)' END)) AS steps (number, vector, words, weighed, holds)
    LOOP
        CONTINUE WHEN wanted.words IS NULL OR (wanted.number = 5 AND near IS NULL);
        FOR fresh IN EXECUTE format($q$
            WITH newest AS MATERIALIZED (
                SELECT id, published_at FROM search_searchitem WHERE %s%s AND id <> ALL ($3)
                ORDER BY published_at DESC, id DESC LIMIT %s)
            SELECT i.id, (ts_rank(%I, $1, 2) + 0.2 / (1 + greatest(0, extract(epoch FROM now() - i.published_at)) / 31557600)
                + CASE WHEN title_folded = $5 THEN 3 WHEN position(' ' || $5 || ' ' IN ' ' || title_folded || ' ') > 0 THEN 1
                  ELSE 0 END)::real AS score
            FROM newest JOIN search_searchitem i USING (id) ORDER BY score DESC, i.published_at DESC, i.id DESC LIMIT %s
            $q$, wanted.holds, narrow, wanted.weighed, wanted.vector, most - cardinality(seen))
            USING wanted.words, inside, seen, near, phrase
        LOOP
            id := fresh.id; step := wanted.number; score := fresh.score;
            seen := seen || fresh.id;
            RETURN NEXT;
        END LOOP;
        EXIT WHEN cardinality(seen) >= most;
    END LOOP;
END $$;

-- A page that leaves the public, or is deleted, or comes to stand under a restriction, leaves in the same transaction,
-- whoever writes the row. (A page is put by the door it comes out of: only Python reads its blocks.)
CREATE FUNCTION search_page_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.live AND (NEW.path = OLD.path OR NOT EXISTS (
        SELECT FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page p ON p.id = r.page_id
        WHERE NEW.path LIKE p.path || '%')) THEN
        RETURN NULL;
    END IF;
    DELETE FROM search_searchitem WHERE source = 'newsroom.page' AND ref = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_page_leaves AFTER UPDATE OF live, path OR DELETE ON wagtailcore_page
    FOR EACH ROW EXECUTE FUNCTION search_page_leaves();

CREATE FUNCTION search_page_hides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_searchitem WHERE source = 'newsroom.page' AND ref IN (
        SELECT below.id FROM wagtailcore_page p JOIN wagtailcore_page below ON below.path LIKE p.path || '%'
        WHERE p.id = NEW.page_id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_page_hides AFTER INSERT OR UPDATE ON wagtailcore_pageviewrestriction
    FOR EACH ROW EXECUTE FUNCTION search_page_hides();
