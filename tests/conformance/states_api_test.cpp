// TestState and validation as recorded on AWS: ../shared/cases/states_teststate.jsonl and
// states_validation.jsonl, row by row.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "models/lambda/service.hpp"
#include "models/step_functions/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

const Service* const kApiServices[] = {&kStepFunctions, &kLambda};

std::vector<Json> api_rows(const std::string& file) {
  std::vector<Json> found;
  const auto folder = shared_folder();
  if (!folder) return found;
  std::ifstream in{*folder / "cases" / file};
  for (std::string line; std::getline(in, line);) found.push_back(Json::parse(line));
  return found;
}

/// What differs each time stands in a recording as "<…>" or "date", or as the name of a header.
bool is_left_open(const Json& wanted) {
  if (!wanted.is_string()) return false;
  const auto& text = wanted.get_ref<const std::string&>();
  return text.find('<') != std::string::npos || text.ends_with("date") || text == "RequestId" ||
         text == "X-Amzn-Trace-Id" || text == "x-amzn-RequestId";
}

/// Equal, where the recorder left the value.
bool agrees(const Json& wanted, const Json& got) {
  if (is_left_open(wanted)) return true;
  if (got.is_string() && !wanted.is_string()) {
    const Json inner = Json::parse(got.get_ref<const std::string&>(), nullptr, false);
    return !inner.is_discarded() && agrees(wanted, inner);
  }
  if (wanted.is_string() && got.is_string()) {
    const Json left = Json::parse(wanted.get_ref<const std::string&>(), nullptr, false);
    const Json right = Json::parse(got.get_ref<const std::string&>(), nullptr, false);
    return wanted == got || (!left.is_discarded() && left == right);
  }
  if (wanted.is_object() && got.is_object()) {
    if (wanted.size() != got.size()) return false;
    for (const auto& [key, value] : wanted.items())
      if (!got.contains(key) || !agrees(value, got.at(key))) return false;
    return true;
  }
  if (wanted.is_array() && got.is_array()) {
    if (wanted.size() != got.size()) return false;
    for (std::size_t at = 0; at < wanted.size(); ++at)
      if (!agrees(wanted[at], got[at])) return false;
    return true;
  }
  return wanted == got;
}

Json decoded_answer(const Json& output) {
  if (!output.is_string()) return output;
  const Json inner = Json::parse(output.get_ref<const std::string&>(), nullptr, false);
  return inner.is_discarded() ? output : inner;
}

std::string message_of(const Json& expect) {
  if (expect.contains("exception_value")) {
    const auto text = expect.at("exception_value").get<std::string>();
    const auto at = text.find("operation: ");
    return at == std::string::npos ? text : text.substr(at + 11);
  }
  if (expect.contains("message")) return expect.at("message").get<std::string>();
  const auto text = expect.at("Message").get<std::string>();
  const auto at = text.find("operation: ");
  return at == std::string::npos ? text : text.substr(at + 11);
}

std::string without_partition(std::string text) {
  const std::string mark = "arn:<partition>:";
  if (const auto at = text.find(mark); at != std::string::npos)
    text.replace(at, mark.size(), "arn:aws:");
  return text;
}

/// The code of a row's function is not in the row, but what it answered is: a function that answers
/// this, in the account of this world.
void give_function(SmallWorld& world, const Json& row, Json& request) {
  const std::string resource = request.at("definition").at("Resource").get<std::string>();
  const bool direct = resource.find(":function:") != std::string::npos;
  const std::string name = direct ? resource.substr(resource.rfind(':') + 1)
                                  : request.at("input").at("FunctionName").get<std::string>();
  if (direct)
    request["definition"]["Resource"] = "arn:aws:lambda:us-east-1:123456789012:function:" + name;
  Json answer = decoded_answer(row.at("expect").at("output"));
  if (!direct) answer = answer.at("Payload");
  world.make("AWS::Lambda::Function", "Fn",
             {{"FunctionName", name}, {"Role", "arn:aws:iam::123456789012:role/fn"}});
  const Document physics =
      read_yaml("scenario.yaml", "{ takes: 1s, payload: " + answer.dump() + " }");
  kLambda.physics[0].apply(
      *world.cloud.model("lambda"),
      {world.cloud, "Fn", "", world.cloud.resources().find("Fn"), physics.root});
}

std::string wrong_in(const Json& row, bool has_function = false) {
  SmallWorld world{kApiServices};
  Json request = row.at("request");
  if (has_function) give_function(world, row, request);
  for (const char* const key : {"definition", "input", "context"})
    if (request.contains(key) && !request.at(key).is_string()) {
      if (request.at(key).is_null())
        request.erase(key);
      else
        request[key] = request.at(key).dump();
    }
  const std::string op = row.at("op").get<std::string>();
  const ApiResult<Json> answer =
      op == "test_state" ? world.call("states", "TestState", request)
      : op == "validate" ? world.call("states", "ValidateStateMachineDefinition", request)
                         : world.call("states", "CreateStateMachine",
                                      {{"name", "machine"},
                                       {"roleArn", "arn:aws:iam::123456789012:role/r"},
                                       {"definition", request.at("definition")},
                                       {"type", request.value("type", "STANDARD")}});
  const Json& expect = row.at("expect");
  const bool refused = row.value("raised", false) || expect.contains("exception_value");
  if (refused) {
    if (answer) return "answered: " + answer->dump();
    const std::string wanted = without_partition(message_of(expect));
    return answer.error().message == wanted ? "" : answer.error().message + " instead of " + wanted;
  }
  if (!answer) return answer.error().code + ": " + answer.error().message;
  return agrees(expect, *answer) ? "" : answer->dump() + " instead of " + expect.dump();
}

/// Rows whose functions run code.
const std::string_view kNeedAFunction[] = {"test_base_lambda_task_state",
                                           "test_base_lambda_service_task_state["};

}  // namespace

TEST_SUITE("conformance: Step Functions API") {
  TEST_CASE("TestState answers as recorded on AWS") {
    const std::vector<Json> rows = api_rows("states_teststate.jsonl");
    if (rows.empty()) MESSAGE("no ../shared/cases/states_teststate.jsonl: skipped");
    for (const Json& row : rows) {
      const std::string name = row.at("id").get<std::string>();
      const bool has_function = std::ranges::any_of(kNeedAFunction, [&](std::string_view part) {
        return name.find(part) != std::string::npos;
      });
      const std::string wrong = wrong_in(row, has_function);
      CHECK_MESSAGE(wrong.empty(), name << ": " << wrong);
    }
  }

  TEST_CASE("definitions are refused, and warned of, as recorded on AWS") {
    const std::vector<Json> rows = api_rows("states_validation.jsonl");
    if (rows.empty()) MESSAGE("no ../shared/cases/states_validation.jsonl: skipped");
    for (const Json& row : rows) {
      const std::string wrong = wrong_in(row);
      CHECK_MESSAGE(wrong.empty(), row.at("id").get<std::string>() << ": " << wrong);
    }
  }
}

}  // namespace opsim::tests
