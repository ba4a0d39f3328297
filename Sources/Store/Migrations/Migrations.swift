import GRDB

/// Each step is applied once, in order, and never changed after a release.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 envoys, users, tokens, sessions", migrate: first)
        migrator.registerMigration("2 audit", migrate: audit)
        migrator.registerMigration("3 proved keys", migrate: provedKeys)
        migrator.registerMigration("4 superseded certificates", migrate: supersededCertificates)
        migrator.registerMigration("5 secrets epoch", migrate: secretsEpoch)
        migrator.registerMigration("6 recordings", migrate: recordings)
        return migrator
    }

    private static func first(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE envoys (
                    id TEXT PRIMARY KEY, hostname TEXT NOT NULL COLLATE NOCASE, address TEXT, os TEXT, arch TEXT, agentVersion TEXT,
                    identityKey BLOB NOT NULL, certificateSerial TEXT, certificateNotAfter TEXT,
                    enrolledAt TEXT NOT NULL, lastSeen TEXT, lastCheckInTime INTEGER NOT NULL DEFAULT 0,
                    status TEXT NOT NULL CHECK (status IN ('active', 'pending', 'revoked')), previousEnvoy TEXT
                ) STRICT;
                CREATE UNIQUE INDEX one_active_envoy_a_hostname ON envoys (hostname) WHERE status = 'active';

                CREATE TABLE users (
                    id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE,
                    role TEXT NOT NULL CHECK (role IN ('admin', 'viewer', 'compliance')),
                    ssh_public_key TEXT, ssh_fingerprint TEXT UNIQUE, createdAt TEXT NOT NULL
                ) STRICT;

                CREATE TABLE apiTokens (
                    id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL,
                    hash TEXT NOT NULL, createdAt TEXT NOT NULL, lastUsed TEXT, expiresAt TEXT, revokedAt TEXT
                ) STRICT;

                CREATE TABLE enrollmentTokens (
                    id TEXT PRIMARY KEY, hash TEXT NOT NULL, pattern TEXT NOT NULL, createdAt TEXT NOT NULL, createdBy TEXT,
                    expiresAt TEXT, usedAt TEXT, usedBy TEXT, revokedAt TEXT
                ) STRICT;

                CREATE TABLE approvedPatterns (pattern TEXT PRIMARY KEY, createdAt TEXT NOT NULL, createdBy TEXT) STRICT;

                CREATE TABLE scrier_sessions (
                    id TEXT PRIMARY KEY, envoy TEXT NOT NULL, hostname TEXT NOT NULL, protocol TEXT NOT NULL, port INTEGER NOT NULL,
                    user TEXT NOT NULL, login TEXT,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'connecting', 'ready', 'closed', 'failed')),
                    reason TEXT, createdAt TEXT NOT NULL, readyAt TEXT, endedAt TEXT, exitStatus INTEGER, clientAddress TEXT,
                    bytesIn INTEGER NOT NULL DEFAULT 0, bytesOut INTEGER NOT NULL DEFAULT 0, recording TEXT, recordingSHA256 TEXT
                ) STRICT;
                CREATE INDEX sessions_by_time ON scrier_sessions (createdAt);
                CREATE INDEX open_sessions ON scrier_sessions (state) WHERE state NOT IN ('closed', 'failed');
                """
        )
    }

    private static func provedKeys(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE users ADD COLUMN ssh_key_proved INTEGER NOT NULL DEFAULT 0")
    }

    private static func supersededCertificates(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE envoys ADD COLUMN previousSerial TEXT")
    }

    /// The triggers deter accidents; that nobody changed a record behind SQLite's back is what the hash chain shows.
    private static func audit(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE audit (
                    sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
                    subject TEXT NOT NULL, details TEXT NOT NULL, previousHash TEXT NOT NULL, hash TEXT NOT NULL
                ) STRICT;
                CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
                    SELECT RAISE(ABORT, 'the audit log is append-only');
                END;
                CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
                    SELECT RAISE(ABORT, 'the audit log is append-only');
                END;
                """
        )
    }

    /// One row, which only grows.
    private static func secretsEpoch(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE secretsEpoch (
                    id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, changedAt TEXT NOT NULL
                ) STRICT;
                CREATE TRIGGER secrets_epoch_grows BEFORE UPDATE ON secretsEpoch WHEN NEW.epoch <= OLD.epoch BEGIN
                    SELECT RAISE(ABORT, 'the epoch of secrets only grows');
                END;
                """
        )
    }

    private static func recordings(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE scrier_sessions ADD COLUMN recordingState TEXT
                    CHECK (recordingState IN ('recording', 'finished', 'cut_short', 'deleted', 'bypassed'));
                ALTER TABLE scrier_sessions ADD COLUMN recordingBytes INTEGER;
                ALTER TABLE scrier_sessions ADD COLUMN recordingSeconds REAL;
                CREATE INDEX recorded_sessions ON scrier_sessions (createdAt) WHERE recordingState IS NOT NULL;
                CREATE INDEX audit_by_subject ON audit (subject);
                """
        )
    }
}
