// Queues by name, and the words of the service.
#include "models/sqs/sqs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/detail/md5.hpp>

#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

Queue* Sqs::find(const Place& place, const std::string& name) {
  const auto here = queues.find(place);
  if (here == queues.end()) return nullptr;
  const auto found = here->second.find(name);
  return found == here->second.end() ? nullptr : found->second.get();
}

Queue* Sqs::find_url(const Place& near, std::string_view url) {
  Place place = near;
  constexpr std::string_view kHost = "https://sqs.";
  if (url.starts_with(kHost)) {
    const std::string_view rest = url.substr(kHost.size());
    place.region = std::string{rest.substr(0, rest.find('.'))};
  }
  const auto slash = url.rfind('/');
  if (slash == std::string_view::npos) return find(place, std::string{url});
  const std::string_view before = url.substr(0, slash);
  const auto account = before.rfind('/');
  if (account != std::string_view::npos) place.account = std::string{before.substr(account + 1)};
  return find(place, std::string{url.substr(slash + 1)});
}

Queue* Sqs::find_arn(std::string_view text) {
  const std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service != "sqs") return nullptr;
  return find(arn->place(), arn->resource);
}

Queue& Sqs::add(const Place& place, QueueSpec spec) {
  std::string name = spec.name;
  auto queue = std::make_unique<Queue>(cloud.sim(), cloud.metrics(), place, std::move(spec));
  return *(queues[place][std::move(name)] = std::move(queue));
}

// boto3 reads these codes: the service answers JSON callers with its older query codes
// (SQS API, "awsQueryCompatible").
ApiError no_such_queue() {
  return {"AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."};
}

ApiError invalid_value(std::string message) {
  return {"InvalidParameterValue", std::move(message)};
}

// SQS API, CommonErrors and SendMessage: "RequestThrottled", HTTP 403.
ApiError request_throttled() {
  return {
      "RequestThrottled",
      "The request was denied due to request throttling. Exceeds the permitted request rate for "
      "the queue.",
      403};
}

std::string md5_of(std::string_view text) {
  boost::uuids::detail::md5 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::md5::digest_type digest;
  hash.get_digest(digest);
  std::string hex;
  for (const unsigned int word : digest) hex += fmt::format("{:08x}", word);
  return hex;
}

}  // namespace opsim::sqs
