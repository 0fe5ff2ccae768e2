//! TLS to PostgreSQL, against a server of this test's own that takes encrypted connections only.
//!
//! It needs PostgreSQL's programs and openssl; without them it says that it is skipped. What is shown: the right
//! certificate authority and name let us in, a wrong one of either keeps us out, and nothing is ever sent in the clear.

mod support;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use store::{Database, Fault, OpenFault, Outage, PostgresOptions, Statement};
use support::{count, folder, statement};

const IS_ENCRYPTED: Statement = statement(
    "test/is_encrypted",
    "select count(*) as n from pg_stat_ssl where pid = pg_backend_pid() and ssl",
    &[],
);

#[tokio::test]
async fn a_server_is_believed_only_with_the_right_name_and_authority() {
    let Some(server) = Server::start() else {
        return;
    };
    let own = server.file("ca.pem");
    let other = server.file("other.pem");
    for mode in ["sslmode=verify-full&", "sslmode=require&", "sslmode=prefer&"] {
        let database = server.open("localhost", &format!("{mode}sslrootcert={own}")).await.unwrap();
        assert_eq!(count(&database, &IS_ENCRYPTED).await, 1, "{mode}");
        database.close().await;
        // The certificate is for "localhost", not for the address.
        refused(server.open("127.0.0.1", &format!("{mode}sslrootcert={own}")).await);
        refused(server.open("localhost", &format!("{mode}sslrootcert={other}")).await);
        // The authorities of this machine do not know this server.
        refused(server.open("localhost", mode).await);
    }
    refused(server.open("localhost", "sslmode=disable").await);
    let no_certificate = server.file("data/PG_VERSION");
    let answer =
        server.open("localhost", &format!("sslmode=require&sslrootcert={no_certificate}")).await;
    assert!(matches!(answer, Err(OpenFault::Settings(_))));
}

fn refused(answer: Result<Database, OpenFault>) {
    match answer.map(drop) {
        Err(OpenFault::Database(Fault::Unavailable { outage: Outage::Refused, .. })) => {}
        other => panic!("{other:?}"),
    }
}

struct Server {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
}

impl Server {
    fn start() -> Option<Self> {
        let found = Command::new("pg_config").arg("--bindir").output().ok();
        let programs = found
            .map(|output| String::from_utf8(output.stdout).unwrap())
            .map(|path| PathBuf::from(path.trim()))
            .filter(|path| path.join("initdb").exists())
            .or_else(newest_debian_programs);
        let Some(programs) =
            programs.filter(|_| Command::new("openssl").arg("version").output().is_ok())
        else {
            eprintln!("skipped: PostgreSQL's programs or openssl are not on this machine");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder: folder(), programs, port };
        if let Some((user, group)) = postgres_if_root() {
            std::os::unix::fs::chown(&server.folder, Some(user), Some(group)).unwrap();
        }
        server.make_certificates();
        server.run(&server.program("initdb"), &["-D", "data", "-A", "trust", "-U", "postgres", "-N"]);
        std::fs::write(server.folder.join("data/pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n")
            .unwrap();
        let settings = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n\
             ssl = on\nssl_cert_file = '../server.pem'\nssl_key_file = '../server.key'\n"
        );
        std::fs::write(server.folder.join("data/postgresql.auto.conf"), settings).unwrap();
        let mut process = server
            .command(&server.program("postgres"), &["-D", "data"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.contains("ready to accept connections")) {
            said.push(lines.next().unwrap_or_else(|| panic!("{said:?}")).unwrap());
        }
        std::thread::spawn(move || {
            lines.count();
            process.wait().unwrap();
        });
        Some(server)
    }

    fn make_certificates(&self) {
        for authority in ["ca", "other"] {
            let (key, pem) = (format!("{authority}.key"), format!("{authority}.pem"));
            let mut words = vec!["req", "-x509", "-subj", "/CN=test", "-days", "2", "-out", &pem];
            words.extend(["-keyout", &key]);
            words.extend(NEW_KEY);
            self.run("openssl", &words);
        }
        std::fs::write(self.folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
        let mut words = vec!["req", "-new", "-subj", "/CN=localhost", "-out", "server.csr"];
        words.extend(["-keyout", "server.key"]);
        words.extend(NEW_KEY);
        self.run("openssl", &words);
        let mut words = vec!["x509", "-req", "-in", "server.csr", "-days", "2", "-extfile", "names"];
        words.extend(["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem"]);
        self.run("openssl", &words);
    }

    async fn open(&self, host: &str, parameters: &str) -> Result<Database, OpenFault> {
        let url = format!("postgres://postgres@{host}:{}/postgres?{parameters}", self.port);
        Database::open_postgres(PostgresOptions::new(url)).await
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().replace('-', "%2D")
    }

    fn program(&self, name: &str) -> String {
        self.programs.join(name).to_str().unwrap().to_owned()
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).current_dir(&self.folder);
        if let Some((user, group)) = postgres_if_root() {
            command.uid(user).gid(group);
        }
        command
    }

    fn run(&self, program: &str, words: &[&str]) {
        let output = self.command(program, words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(&self.program("pg_ctl"), &["-D", "data", "-m", "immediate", "-w", "stop"]);
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn newest_debian_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut paths: Vec<_> = versions
        .map(|version| version.unwrap().path().join("bin"))
        .filter(|path| Path::new(path).join("initdb").exists())
        .collect();
    paths.sort();
    paths.pop()
}

/// PostgreSQL refuses to run as root.
fn postgres_if_root() -> Option<(u32, u32)> {
    let id = |words: &[&str]| {
        let output = Command::new("id").args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))
}

const NEW_KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
