#pragma once
/// One record, as CloudTrail keeps and shows it.
/// AWS: CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
#include <string>
#include <string_view>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudtrail {

/// Kept as the call had it; put into AWS's words only when somebody looks.
struct Record {
  std::string id;       // eventID
  std::string request;  // requestID
  SimTime at{};
  Caller caller;
  std::string service;  // endpoint prefix
  std::string operation;
  bool read_only = false;
  std::string error_code;
  std::string error_message;
  // Texts of JSON: many are kept, and few are read.
  std::string input;
  std::string output;  // "" for reads and refusals
};

/// The text of a record's input or output.
[[nodiscard]] std::string kept_text(const Json& value);
/// What was kept; null for "".
[[nodiscard]] Json kept_json(const std::string& text);

/// "monitoring.amazonaws.com" for cloudwatch.
[[nodiscard]] std::string event_source(std::string_view service);
/// userIdentity of a caller.
[[nodiscard]] Json user_identity(const Caller& caller);
/// Member names as CloudTrail writes them: the first letter small. Keys that users chose stay.
[[nodiscard]] Json lower_camel(const Json& value);
/// The whole record: the text of CloudTrailEvent, the detail of an event.
[[nodiscard]] Json record_json(const Record& record);

}  // namespace opsim::cloudtrail
