#include "api/http/owned_request.h"

namespace grunndata::api::http {

OwnedRequest::OwnedRequest(const Request& original) : request_(original) {
  std::size_t size = original.target.size() + original.path.size() + original.query.size() +
                     original.host.size() + original.body.size() + original.request_id.size() +
                     original.peer_address.size();
  for (const Header& header : original.headers) size += header.name.size() + header.value.size();
  for (const auto parameter : original.path_parameters) size += parameter.size();
  bytes_.reserve(size); // so that what is kept never moves
  for (std::string_view* view : {&request_.target, &request_.path, &request_.query, &request_.host,
                                 &request_.body, &request_.request_id, &request_.peer_address}) {
    *view = keep(*view);
  }
  headers_.reserve(original.headers.size());
  for (const Header& header : original.headers) {
    headers_.push_back({keep(header.name), keep(header.value)});
  }
  request_.headers = headers_;
  for (std::string_view& parameter : request_.path_parameters) parameter = keep(parameter);
}

std::string_view OwnedRequest::keep(std::string_view text) {
  const std::size_t begin = bytes_.size();
  bytes_.append(text);
  return std::string_view(bytes_).substr(begin);
}

} // namespace grunndata::api::http
