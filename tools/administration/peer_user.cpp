#include "tools/administration/peer_user.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include <arpa/inet.h>

namespace grunndata::tools {

namespace {

constexpr const char* table = "/proc/self/net/tcp";
constexpr std::string_view loopback = "127.0.0.1";
constexpr std::string_view established = "01"; ///< in other states the user is not to be relied on
constexpr int looks_max = 3; ///< one look can pass a line over while others come and go

/// As the table writes it: the address's bytes as one number of the machine.
std::string loopback_at(std::uint16_t port) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08X:%04X", ::htonl(INADDR_LOOPBACK), unsigned{port});
  return text.data();
}

std::optional<uid_t> look(const std::string& peer, const std::string& server) {
  std::ifstream file(table);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, timeout;
    uid_t user = 0;
    std::uint64_t inode = 0; // 0: no process holds it, and the user means nothing
    if (fields >> slot >> local >> remote >> state && local == peer && remote == server &&
        state == established &&
        fields >> queues >> timer >> retransmits >> user >> timeout >> inode && inode != 0) {
      return user;
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<uid_t> user_of_peer(std::string_view address, std::uint16_t port,
                                  std::uint16_t server_port) {
  if (address != loopback) {
    return std::nullopt;
  }
  const std::string peer = loopback_at(port);
  const std::string server = loopback_at(server_port);
  std::optional<uid_t> user;
  for (int looks = 0; !user && looks < looks_max; ++looks) {
    user = look(peer, server);
  }
  return user;
}

} // namespace grunndata::tools
