// Any bytes: the first line an action, a resource and a value, parted by blanks; the rest an IAM
// policy document. Nothing may crash or hang, and what is decided holds together: the document as
// text and as JSON decide alike, a statement that denies wins, and the order of statements counts
// for nothing.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/iam/policy.hpp"

namespace {

using namespace opsim;
using namespace opsim::iam;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  std::string found{line.substr(0, end)};
  line.remove_prefix(std::min(end + 1, line.size()));
  return found;
}

void check(const std::string& text, const Question& question) {
  Policy policy = read_policy("p", Json(text));
  const Decision decision = decide(policy.statements, question);
  bool denied = false;
  bool allowed = false;
  for (const Statement& statement : policy.statements) {
    const Decision one = decide(statement, question);
    denied = denied || one == Decision::denied;
    allowed = allowed || one == Decision::allowed;
    require(one == Decision::silent ||
            (one == Decision::denied) == (statement.effect == Effect::deny));
  }
  require(decision == (denied ? Decision::denied : allowed ? Decision::allowed : Decision::silent));
  std::ranges::reverse(policy.statements);
  require(decide(policy.statements, question) == decision);
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded() || document.is_string()) return;
  require(decide(read_policy("p", document).statements, question) == decision);
  require(complaint_of_policy(document) == complaint_of_policy(Json(text)));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  std::string_view line = input.substr(0, newline);
  const std::string text{input.substr(std::min(newline + 1, input.size()))};
  const std::string action = word(line);
  const std::string resource = word(line);
  PolicyContext context;
  context.values["aws:username"] = {word(line)};
  context.values["aws:tagkeys"] = {"a", std::string{line}};
  context.absent = {"aws:sourceip"};
  check(text, {.action = action, .resources = {resource}, .context = &context});
  check(text, {.action = action, .resources = {resource, "*"}, .context = nullptr});
  return 0;
}
