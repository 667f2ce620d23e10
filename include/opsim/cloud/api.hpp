#pragma once
/// What crosses the first waist: who calls, what they ask, and what AWS answers.
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"

namespace opsim {

class Cloud;

/// AWS saying no. A value, never an exception: it is part of the simulated world.
struct ApiError {
  std::string code;     // verbatim: "ThrottlingException", "ResourceNotFoundException"
  std::string message;  // as the service words it
  int http_status = 400;
};
[[noreturn]] inline void throw_exception_from_error(const ApiError& error,
                                                    const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error{error.code + ": " + error.message}, where);
}

template <class T>
using ApiResult = boost::system::result<T, ApiError>;

/// Who makes a call, as CloudTrail's userIdentity will name it.
struct Caller {
  Place place{};
  std::string principal{};   // ARN of a user or role, or a service: "events.amazonaws.com"
  std::string invoked_by{};  // the AWS service that used the role, or ""
  bool instant = false;      // no latency is drawn: `opsim call` moves the clock by itself
  /// SIMPLIFIED: a service acting for itself is allowed everything; users and roles are asked for
  /// their policies where these are known (models/iam).
  [[nodiscard]] bool is_service() const { return principal.ends_with(".amazonaws.com"); }
};

/// One API call, as an operation sees it. `input` has AWS's member names and lives as long as the
/// call.
struct Request {
  Cloud& cloud;
  const Caller& caller;
  std::string_view service;    // "ssm": the endpoint prefix that boto3 and IAM use
  std::string_view operation;  // "StartAutomationExecution"
  const Json& input;
  [[nodiscard]] const Place& place() const { return caller.place; }
};

/// A finished call, as CloudTrail records it.
struct CallRecord {
  const Caller& caller;
  std::string_view service;
  std::string_view operation;
  bool read_only;
  const Json& input;
  const ApiResult<Json>& answer;
};

}  // namespace opsim
