-- One statement under each "-- name:" line; read by statements.py.

-- name: vault_get
SELECT id, uid, next_slot, revision, derived_n, zone FROM vault WHERE uid = ?
-- name: vault_by_id
SELECT id, uid, next_slot, revision, derived_n, zone FROM vault WHERE id = ?
-- name: vault_all
SELECT id, uid, next_slot, revision, derived_n, zone FROM vault ORDER BY uid
-- name: vault_create
INSERT INTO vault (uid, created_at) VALUES (?, ?) ON CONFLICT (uid) DO NOTHING
-- name: vault_advance
UPDATE vault SET next_slot = ?, log_n = ?, revision = revision + 1 WHERE id = ?
-- name: vault_counters
SELECT next_slot, log_n FROM vault WHERE id = ?
-- name: vault_set_zone
UPDATE vault SET zone = ?2 WHERE id = ?1 AND zone <> ?2
-- name: vault_touch
UPDATE vault SET revision = revision + 1 WHERE id = ?

-- name: count_vaults
SELECT count(*) FROM vault WHERE ?1 IS NULL OR id = ?1
-- name: count_cubes
SELECT state, count(*) FROM cube WHERE ?1 IS NULL OR id BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1 GROUP BY state
-- name: count_versions
SELECT count(*) FROM version WHERE ?1 IS NULL OR cube BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1
-- name: count_passages
SELECT count(*) FROM passage WHERE ?1 IS NULL OR id BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1
-- name: count_vectors
SELECT count(*) FROM embedder CROSS JOIN vector ON vector.embedder = embedder.id
WHERE ?1 IS NULL OR vector.id BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1
-- name: count_segments
SELECT count(*) FROM segment WHERE ?1 IS NULL OR vault = ?1
-- name: count_jobs
SELECT state, count(*) FROM job WHERE ?1 IS NULL OR vault = ?1 GROUP BY state
-- name: count_derived
SELECT kind, count(*) FROM derived WHERE ?1 IS NULL OR id BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1 GROUP BY kind
-- name: count_blobs
SELECT count(DISTINCT blob) FROM derived
WHERE blob IS NOT NULL AND (?1 IS NULL OR id BETWEEN ?1 << 32 AND (?1 + 1 << 32) - 1)

-- name: integrity
PRAGMA integrity_check(20)

-- name: cube_state
SELECT id, state, current FROM cube WHERE uid = ? AND vault = ?
-- name: cube_read
SELECT c.uid, c.vault, c.kind, c.state, c.session, v.number, v.valid_from, v.valid_to, v.occurred_at, v.recorded_at,
       v.speaker, v.role, v.metadata, v.actor, v.reason, v.source, v.text
FROM cube c JOIN version v ON v.id = c.current WHERE c.uid = ? AND c.vault = ?
-- name: cube_read_version
SELECT c.uid, c.vault, c.kind, c.state, c.session, v.number, v.valid_from, v.valid_to, v.occurred_at, v.recorded_at,
       v.speaker, v.role, v.metadata, v.actor, v.reason, v.source, v.text
FROM cube c JOIN version v ON v.cube = c.id WHERE c.uid = ? AND c.vault = ? AND v.number = ?
-- name: cube_history
SELECT c.uid, c.vault, c.kind, c.state, c.session, v.number, v.valid_from, v.valid_to, v.occurred_at, v.recorded_at,
       v.speaker, v.role, v.metadata, v.actor, v.reason, v.source, v.text
FROM cube c JOIN version v ON v.cube = c.id WHERE c.uid = ? AND c.vault = ? ORDER BY v.number
-- name: cube_scan
SELECT c.uid, c.vault, c.kind, c.state, c.session, v.number, v.valid_from, v.valid_to, v.occurred_at, v.recorded_at,
       v.speaker, v.role, v.metadata, v.actor, v.reason, v.source, v.text
FROM cube c JOIN version v ON v.id = c.current
WHERE c.id > coalesce((SELECT id FROM cube WHERE uid = ?2 AND vault = ?1), ?1 << 32) AND c.id < ?1 + 1 << 32
ORDER BY c.id LIMIT ?3
-- name: cube_session
SELECT c.uid, c.vault, c.kind, c.state, c.session, v.number, v.valid_from, v.valid_to, v.occurred_at, v.recorded_at,
       v.speaker, v.role, v.metadata, v.actor, v.reason, v.source, v.text
FROM cube c JOIN version v ON v.id = c.current WHERE c.vault = ? AND c.session = ? AND c.session <> '' ORDER BY c.id
-- name: cube_by_key
SELECT uid FROM cube WHERE vault = ? AND key = ?
-- name: cube_add
INSERT INTO cube (id, uid, vault, kind, state, session, current, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- name: cube_last
SELECT id FROM cube WHERE id >= ?1 << 32 AND id < ?1 + 1 << 32 ORDER BY id DESC LIMIT 1
-- name: version_last
SELECT coalesce(max(id), 0) FROM version
-- name: version_add
INSERT INTO version (id, cube, number, slot, slots, valid_from, valid_to, occurred_at, recorded_at, speaker, role, metadata, actor,
                     reason, source, text)
VALUES (?, ?, ?, ?, ?, ?, 9223372036854775807, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- name: version_newest
SELECT max(number) FROM version WHERE cube = ?
-- name: version_close
UPDATE version SET valid_to = ? WHERE id = ?
-- name: cube_point
UPDATE cube SET current = ? WHERE id = ?
-- name: cube_set_state
UPDATE cube SET state = ? WHERE id = ?
-- name: cube_husk
UPDATE cube SET kind = '', state = 'erased', session = '', current = 0 WHERE id = ?
-- name: passage_add
INSERT INTO passage (id, version, start, stop, signals, terms) VALUES (?, ?, ?, ?, ?, ?)
-- name: log_add
INSERT INTO log (vault, n, cube, version, at, op, actor, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- name: log_read
SELECT l.n, l.at, l.actor, l.op, c.uid, l.version, l.reason
FROM log l JOIN cube c ON c.id = l.cube WHERE l.vault = ? AND l.n > ? ORDER BY l.n LIMIT ?
-- name: log_forget_reasons
UPDATE log SET reason = '' WHERE cube = ? AND reason <> ''

-- name: erase_vectors
DELETE FROM vector WHERE embedder = ?2 AND id IN (
    SELECT p.id FROM version v JOIN passage p ON p.id >= v.slot AND p.id < v.slot + v.slots WHERE v.cube = ?1)
-- name: erase_passages
DELETE FROM passage WHERE id IN (
    SELECT p.id FROM version v JOIN passage p ON p.id >= v.slot AND p.id < v.slot + v.slots WHERE v.cube = ?)
-- name: erase_versions
DELETE FROM version WHERE cube = ?
-- name: job_forget_errors
UPDATE job SET error = '' WHERE vault = ? AND error <> ''

-- name: feed_slots
SELECT p.id & 4294967295, c.id, v.number, c.session, v.speaker, v.role, c.kind, v.occurred_at, v.valid_from, v.valid_to,
       c.state <> 'active', p.signals, p.terms
FROM passage p JOIN version v ON v.id = p.version JOIN cube c ON c.id = v.cube
WHERE p.id >= ? AND p.id < ? ORDER BY p.id
-- name: feed_last_change
SELECT coalesce(max(n), 0) FROM log WHERE vault = ?
-- name: feed_changes
SELECT p.id & 4294967295, v.valid_to, c.state <> 'active'
FROM (SELECT DISTINCT cube FROM log WHERE vault = ? AND n > ? AND op <> 'remember') changed
JOIN cube c ON c.id = changed.cube JOIN version v ON v.cube = c.id
JOIN passage p ON p.id >= v.slot AND p.id < v.slot + v.slots
-- name: feed_slot_ids
SELECT id & 4294967295 FROM passage WHERE id >= ? AND id < ? ORDER BY id
-- name: feed_passages
SELECT id & 4294967295, version, start, stop FROM passage WHERE id >= ? AND id < ? ORDER BY id LIMIT ?
-- name: version_text
SELECT text FROM version WHERE id = ?
-- name: feed_find
SELECT p.id & 4294967295, p.start, p.stop,
       c.uid, c.vault, c.kind, c.state, c.session, v.number, v.valid_from, v.valid_to, v.occurred_at, v.recorded_at,
       v.speaker, v.role, v.metadata, v.actor, v.reason, v.source, v.text
FROM json_each(?) wanted JOIN passage p ON p.id = wanted.value JOIN version v ON v.id = p.version
JOIN cube c ON c.id = v.cube
-- name: feed_metadata
SELECT p.id & 4294967295 FROM passage p JOIN version v ON v.id = p.version
WHERE p.id >= ?1 AND p.id < ?2 AND v.metadata <> '' AND NOT EXISTS (
    SELECT 1 FROM json_each(?3) wanted WHERE NOT EXISTS (
        SELECT 1 FROM json_each(v.metadata) held
        WHERE held.key = wanted.key AND held.type = wanted.type AND held.value IS wanted.value))
ORDER BY p.id

-- name: embedder_id
SELECT id FROM embedder WHERE fingerprint = ?
-- name: embedder_add
INSERT INTO embedder (fingerprint) VALUES (?) RETURNING id
-- name: embedder_ids
SELECT id FROM embedder
-- name: coverage_read
SELECT e.fingerprint, c.upto FROM coverage c JOIN embedder e ON e.id = c.embedder WHERE c.vault = ?
-- name: coverage_raise
INSERT INTO coverage (vault, embedder, upto) VALUES (?, ?, ?)
ON CONFLICT (vault, embedder) DO UPDATE SET upto = max(upto, excluded.upto)
-- name: coverage_drop_others
DELETE FROM coverage WHERE vault = ? AND embedder <> ?
-- name: vector_read
SELECT id & 4294967295, data FROM vector WHERE embedder = ? AND id >= ? AND id < ? ORDER BY id
-- name: vector_put
INSERT OR REPLACE INTO vector (embedder, id, data) SELECT ?, id, ? FROM passage WHERE id = ?
-- name: vector_drop
DELETE FROM vector WHERE embedder = ? AND id >= ? AND id < ?

-- name: segment_read
SELECT lo, hi, file, log_n FROM segment WHERE vault = ? ORDER BY lo
-- name: segment_files
SELECT file FROM segment
-- name: segment_replace
DELETE FROM segment WHERE vault = ? AND lo >= ? AND hi <= ?
-- name: segment_add
INSERT INTO segment (vault, lo, hi, file, log_n) VALUES (?, ?, ?, ?, ?)
-- name: segment_retract
DELETE FROM segment WHERE vault = ? AND file = ?

-- name: job_defer
INSERT INTO job (kind, vault, state, run_at) VALUES (?, ?, 'ready', ?)
ON CONFLICT (kind, vault) WHERE state = 'ready' DO NOTHING
-- name: job_next
SELECT id, kind, vault, token, tries FROM job
WHERE (state = 'ready' AND run_at NOT BETWEEN ?1 + 1 AND ?4 OR state = 'leased' AND lease_until NOT BETWEEN ?1 + 1 AND ?4)
  AND (?2 IS NULL OR vault = ?2)
  AND kind IN (SELECT value FROM json_each(?3))
ORDER BY run_at, id LIMIT 1
-- name: job_lease
UPDATE job SET state = 'leased', owner = ?, lease_until = ?, token = ?, tries = ? WHERE id = ?
-- name: job_extend
UPDATE job SET lease_until = ? WHERE id = ? AND token = ? AND state = 'leased'
-- name: job_finish
DELETE FROM job WHERE id = ? AND token = ? AND state = 'leased'
-- name: job_make_good
DELETE FROM job WHERE kind = ? AND vault = ? AND state = 'dead'
-- name: job_retry
UPDATE OR REPLACE job SET state = 'ready', run_at = ?, error = ? WHERE id = ? AND token = ? AND state = 'leased'
-- name: job_bury
UPDATE job SET state = 'dead', error = ? WHERE id = ? AND token = ? AND state = 'leased'
-- name: job_release
UPDATE OR REPLACE job SET state = 'ready', lease_until = 0 WHERE state = 'leased' AND owner = ?
-- name: job_owners
SELECT DISTINCT owner FROM job WHERE state = 'leased'
-- name: job_waiting
SELECT count(*) FROM job
WHERE state <> 'dead' AND (?1 IS NULL OR vault = ?1) AND kind IN (SELECT value FROM json_each(?2))
-- name: job_dead
SELECT id, kind, vault, token, tries, error FROM job WHERE state = 'dead' AND (?1 IS NULL OR vault = ?1) ORDER BY id
-- name: job_revive
UPDATE OR REPLACE job SET state = 'ready', run_at = ?2, tries = 0
WHERE state = 'dead' AND (?1 IS NULL OR vault = ?1)

-- name: derived_add
INSERT INTO derived (id, uid, kind, session, start_at, stop_at, made_at, n, rules, body, blob)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))
-- name: derived_last
SELECT id FROM derived WHERE id >= ?1 << 32 AND id < ?1 + 1 << 32 ORDER BY id DESC LIMIT 1
-- name: derived_advance
UPDATE vault SET derived_n = derived_n + 1 WHERE id = ? RETURNING derived_n
-- name: derived_id
SELECT id FROM derived WHERE uid = ?2 AND id >= ?1 << 32 AND id < ?1 + 1 << 32
-- name: derived_read
SELECT d.uid, d.kind, d.session, d.start_at, d.stop_at, d.made_at, d.rules, d.body, coalesce(d.blob, ''),
       (SELECT json_group_array(c.uid) FROM (SELECT source FROM derivation WHERE derived = d.id) s JOIN cube c ON c.id = s.source)
FROM derived d WHERE d.uid = ?2 AND d.id >= ?1 << 32 AND d.id < ?1 + 1 << 32
-- name: derived_since
SELECT uid, kind, session, start_at, stop_at, made_at, rules, body, coalesce(blob, ''),
       (SELECT json_group_array(c.uid) FROM (SELECT source FROM derivation WHERE derived = d.id) s JOIN cube c ON c.id = s.source)
FROM derived d WHERE session = ?2 AND kind = ?3 AND id >= ?1 << 32 AND id < ?1 + 1 << 32 AND start_at >= ?4 ORDER BY start_at, id
-- name: derived_before
SELECT uid, kind, session, start_at, stop_at, made_at, rules, body, coalesce(blob, ''),
       (SELECT json_group_array(c.uid) FROM (SELECT source FROM derivation WHERE derived = d.id) s JOIN cube c ON c.id = s.source)
FROM derived d WHERE session = ?2 AND kind = ?3 AND id >= ?1 << 32 AND id < ?1 + 1 << 32 AND start_at < ?4 ORDER BY start_at DESC, id DESC LIMIT ?5
-- name: derived_listed
SELECT uid, n FROM derived WHERE id >= ?1 << 32 AND id < ?1 + 1 << 32 AND kind = ?2 ORDER BY start_at, id
-- name: derived_from
SELECT d.uid FROM derivation s JOIN derived d ON d.id = s.derived WHERE s.source = (SELECT id FROM cube WHERE uid = ?2 AND vault = ?1)
-- name: derived_end_grace
UPDATE blob SET created_at = 0 WHERE digest = (SELECT blob FROM derived WHERE id = ?)
-- name: derived_delete
DELETE FROM derived WHERE id = ?
-- name: derivation_add
INSERT INTO derivation (source, derived) SELECT id, ?1 FROM cube WHERE uid = ?2 AND vault = ?3
-- name: derivation_delete
DELETE FROM derivation WHERE derived = ?
-- name: unformed_mark
INSERT INTO unformed (vault, session, since, first, marks)
VALUES (?1, ?2, ?3, coalesce((SELECT id FROM cube WHERE uid = ?4 AND vault = ?1), 0), 1)
ON CONFLICT (vault, session) DO UPDATE SET since = min(since, excluded.since), first = min(first, excluded.first), marks = marks + 1
-- name: unformed_read
SELECT session, since, first, marks FROM unformed WHERE vault = ? ORDER BY session
-- name: unformed_clear
DELETE FROM unformed WHERE vault = ? AND session = ? AND marks = ?
-- name: unformed_clear_empty
DELETE FROM unformed WHERE vault = ?1 AND session = ?2
  AND NOT EXISTS (SELECT 1 FROM cube WHERE vault = ?1 AND session = ?2 AND session <> '')
-- name: unformed_narrow
UPDATE unformed SET since = ?4, first = (SELECT min(id) FROM cube WHERE vault = ?1 AND uid IN (SELECT value FROM json_each(?5)))
WHERE vault = ?1 AND session = ?2 AND marks = ?3
-- name: unformed_outdated
INSERT INTO unformed (vault, session, since, first, marks)
SELECT id >> 32, session, min(start_at), 0, 1 FROM derived WHERE kind = ?1 AND substr(rules, 1, length(?2)) <> ?2 GROUP BY id >> 32, session
ON CONFLICT (vault, session) DO UPDATE SET since = min(since, excluded.since), first = 0, marks = marks + 1
-- name: derived_outdated
SELECT DISTINCT id >> 32 FROM derived WHERE kind = ?1 AND substr(rules, 1, length(?2)) <> ?2
-- name: unformed_vaults
SELECT DISTINCT vault FROM unformed
-- name: unformed_all
INSERT INTO unformed (vault, session, since, first, marks)
SELECT ?1, c.session, min(v.occurred_at), min(c.id), 1 FROM cube c JOIN version v ON v.id = c.current
WHERE c.id >= ?1 << 32 AND c.id < ?1 + 1 << 32 GROUP BY c.session
ON CONFLICT (vault, session) DO UPDATE SET since = min(since, excluded.since), first = min(first, excluded.first), marks = marks + 1
-- name: stream_read
SELECT c.uid, v.number, substr(v.text, 1, ?5), v.speaker, v.role, c.session, v.occurred_at, c.kind = 'correction'
FROM cube c JOIN version v ON v.id = c.current
WHERE c.session = ?2 AND c.state = 'active'
  AND (c.id >= max(?3, ?1 << 32) AND c.id < ?1 + 1 << 32
       OR c.id IN (SELECT k.id FROM json_each(?4) wanted JOIN cube k ON k.uid = wanted.value AND k.vault = ?1))
ORDER BY v.occurred_at, c.id
-- name: stream_vectors
SELECT c.uid, t.data
FROM json_each(?3) wanted JOIN cube c ON c.uid = wanted.value JOIN version v ON v.id = c.current
JOIN vector t ON t.embedder = ?2 AND t.id >= v.slot AND t.id < v.slot + v.slots
WHERE c.vault = ?1

-- name: blob_add
INSERT INTO blob (digest, bytes, created_at) VALUES (?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET created_at = max(created_at, excluded.created_at)
-- name: blob_unreferenced
SELECT digest FROM blob WHERE created_at < ? AND digest NOT IN (SELECT blob FROM derived WHERE blob IS NOT NULL)
-- name: blob_digests
SELECT digest FROM blob
-- name: blob_remove
DELETE FROM blob WHERE digest = ?

-- name: shelf_get
SELECT value FROM shelf WHERE name = ? AND key = ?
-- name: shelf_put
INSERT INTO shelf (name, key, value) VALUES (?, ?, ?) ON CONFLICT (name, key) DO UPDATE SET value = excluded.value
-- name: shelf_delete
DELETE FROM shelf WHERE name = ? AND key = ?
-- name: shelf_scan
SELECT key, value FROM shelf WHERE name = ?1 AND key >= ?2 AND key < ?3 ORDER BY key LIMIT ?4
-- name: shelf_scan_back
SELECT key, value FROM shelf WHERE name = ?1 AND key >= ?2 AND key < ?3 ORDER BY key DESC LIMIT ?4
-- name: shelf_keys
SELECT key FROM shelf WHERE name = ?1 AND key >= ?2 AND key < ?3 ORDER BY key
