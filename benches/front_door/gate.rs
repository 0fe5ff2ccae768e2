//! A page behind nginx that asks the house before it answers, beside the same page without the question.
//!
//! Both are the same file by the same nginx in the same run, so what lies between them is the question. Where nginx is not
//! installed nothing is measured, and that is said.

use std::io::{Error, Result};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::house::{House, Member};
use crate::load::{Script, request};

/// A running nginx; it ends with this value.
pub(crate) struct Nginx {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Nginx {
    /// Starts one in front of the house, or none where it is not installed.
    pub(crate) fn start(house: &House, folder: &Path) -> Result<Option<Self>> {
        let places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"];
        let Some(program) = places.iter().map(PathBuf::from).find(|path| path.exists()) else {
            return Ok(None);
        };
        std::fs::create_dir_all(folder.join("app"))?;
        std::fs::create_dir_all(folder.join("static"))?;
        for place in ["app", "static"] {
            std::fs::write(folder.join(place).join("page"), "a page of a novel\n".repeat(64))?;
        }
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let settings = folder.join("nginx.conf");
        std::fs::write(&settings, document(address, house.address, folder))?;
        let mut command = Command::new(program);
        command
            .arg("-c")
            .arg(&settings)
            .args(["-g", "daemon off;"])
            .arg("-e")
            .arg(folder.join("nginx.log"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        while std::net::TcpStream::connect(address).is_err() {
            if let Some(over) = child.try_wait()? {
                return Err(Error::other(format!("nginx did not start: {over}")));
            }
            std::thread::yield_now();
        }
        Ok(Some(Self { child, address }))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it when it is asked to end.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// The page that is asked for, with a member's session.
pub(crate) fn page(member: &Member, path: &str) -> Script {
    let bearer = format!("Bearer {}", member.token);
    vec![request("GET", path, &[("Authorization", &bearer)], "")]
}

fn document(own: SocketAddr, house: SocketAddr, folder: &Path) -> String {
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|name| format!("{name}_temp_path {folder}/{name};")).concat();
    let user = if Path::new("/proc/self").exists() && is_root() { "user root;" } else { "" };
    format!(
        "{user} worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
    {temporary} access_log off; keepalive_requests 1000000;
    upstream genkan {{ server {house}; keepalive 64; keepalive_requests 1000000; }}
    server {{
        listen {own}; root {folder};
        location /static/ {{ }}
        location /app/ {{
            auth_request /forward-auth;
            auth_request_set $identity $upstream_http_x_genkan_identity;
            add_header X-Seen $identity;
        }}
        location = /forward-auth {{
            internal; proxy_pass http://genkan; proxy_http_version 1.1;
            proxy_pass_request_body off; proxy_set_header Content-Length \"\"; proxy_set_header Connection \"\";
        }}
    }}
}}
"
    )
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.starts_with(b"0"))
}
