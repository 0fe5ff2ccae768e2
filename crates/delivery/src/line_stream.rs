//! A connection that hands out at most one line at a time.
//!
//! It is here for STARTTLS. lettre keeps what it has read ahead when the connection turns to TLS, so replies that
//! somebody in between appended to the plain "220 ready" would be taken for replies of the relay inside of TLS
//! (response injection, the class of CVE-2021-33515 and of "NO STARTTLS", USENIX Security 2021). With
//! this stream nothing is ever read beyond the line asked for: such octets reach the TLS handshake and break it.
//! What must never happen: an octet that is read before it is asked for.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// How far one look ahead goes: more than a line of SMTP (RFC 5321 §4.5.3.1.5: 512 octets) needs.
const LOOK_AHEAD: usize = 4096;

#[derive(Debug)]
pub(crate) struct LineStream(pub(crate) TcpStream);

impl AsyncRead for LineStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut ahead = [0; LOOK_AHEAD];
        let mut ahead = ReadBuf::new(&mut ahead);
        let waiting = ready!(self.0.poll_peek(context, &mut ahead))?;
        let line = match ahead.filled().iter().position(|octet| *octet == b'\n') {
            Some(end) => end + 1,
            None => waiting,
        };
        let room = buffer.initialize_unfilled_to(line.min(buffer.remaining()));
        let mut limited = ReadBuf::new(room);
        ready!(Pin::new(&mut self.0).poll_read(context, &mut limited))?;
        let read = limited.filled().len();
        buffer.advance(read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl AsyncTokioStream for LineStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }
}
