#include "api/http/send_now.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace grunndata::api::http {

ssize_t send_now(int fd, std::string_view first, std::string_view second) noexcept {
  for (;;) {
    ssize_t sent = 0;
    if (second.empty()) {
      sent = ::send(fd, first.data(), first.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
      // sendmsg never writes through iov_base
      std::array<iovec, 2> parts{{{const_cast<char*>(first.data()), first.size()},
                                  {const_cast<char*>(second.data()), second.size()}}};
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = parts.size();
      sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (sent >= 0) return sent;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EINTR) return -1;
  }
}

} // namespace grunndata::api::http
