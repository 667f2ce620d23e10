#include "models/iam/policy.hpp"

#include <doctest/doctest.h>

namespace opsim::iam {

namespace {

Decision ask(const Json& document, std::string action, std::string resource = "*") {
  const Policy policy = read_policy("p", document);
  return decide(policy.statements, Question{std::move(action), {std::move(resource)}});
}

Json one(const char* effect, const Json& action, const Json& resource = "*") {
  return {{"Version", "2012-10-17"},
          {"Statement", {{{"Effect", effect}, {"Action", action}, {"Resource", resource}}}}};
}

}  // namespace

TEST_SUITE("iam: policies") {
  TEST_CASE("an action matches by wildcards, whatever its case") {
    struct Row {
      const char* written;
      const char* asked;
      bool allowed;
    };
    constexpr Row rows[] = {
        {"ssm:StartAutomationExecution", "ssm:startautomationexecution", true},
        {"ssm:Start*", "ssm:startautomationexecution", true},
        {"SSM:start*", "ssm:startautomationexecution", true},
        {"ssm:*", "ssm:getparameter", true},
        {"*", "ec2:rebootinstances", true},
        {"ssm:Get*", "ssm:putparameter", false},
        {"ssm:Get?", "ssm:getparameter", false},
        {"ec2:*", "ec2messages:getmessages", false},
    };
    for (const auto& [written, asked, allowed] : rows) {
      CAPTURE(written);
      CAPTURE(asked);
      CHECK((ask(one("Allow", written), asked) == Decision::allowed) == allowed);
    }
  }

  TEST_CASE("a resource matches by wildcards; a call that names none is about any") {
    const Json document =
        one("Allow", "sns:Publish", {"arn:aws:sns:*:012345678901:Ops*", "arn:aws:sns:::x"});
    CHECK(ask(document, "sns:publish", "arn:aws:sns:us-east-1:012345678901:OpsTeam") ==
          Decision::allowed);
    CHECK(ask(document, "sns:publish", "arn:aws:sns:us-east-1:012345678901:Other") ==
          Decision::silent);
    CHECK(ask(document, "sns:publish", "*") == Decision::allowed);
  }

  TEST_CASE("a denial wins over any permission") {
    const Json document{{"Statement",
                         {{{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}},
                          {{"Effect", "Deny"}, {"Action", "ec2:Terminate*"}, {"Resource", "*"}}}}};
    CHECK(ask(document, "ec2:terminateinstances") == Decision::denied);
    CHECK(ask(document, "ec2:stopinstances") == Decision::allowed);
  }

  TEST_CASE("a denial of some resources says nothing of a call that names none") {
    const Json document = one("Deny", "sns:Publish", "arn:aws:sns:us-east-1:012345678901:Secret");
    CHECK(ask(document, "sns:publish", "*") == Decision::silent);
  }

  TEST_CASE("NotAction and NotResource are all but these") {
    const Json not_action{
        {"Statement", {{"Effect", "Allow"}, {"NotAction", "iam:*"}, {"Resource", "*"}}}};
    CHECK(ask(not_action, "ec2:stopinstances") == Decision::allowed);
    CHECK(ask(not_action, "iam:createrole") == Decision::silent);
    const Json not_resource{{"Statement",
                             {{{"Effect", "Allow"},
                               {"Action", "sns:*"},
                               {"NotResource", "arn:aws:sns:us-east-1:1:a"}}}}};
    CHECK(ask(not_resource, "sns:publish", "arn:aws:sns:us-east-1:1:b") == Decision::allowed);
    CHECK(ask(not_resource, "sns:publish", "arn:aws:sns:us-east-1:1:a") == Decision::silent);
  }

  TEST_CASE("one statement need not be a list, and a document may be its text") {
    const Json document{
        {"Statement", {{"Effect", "Allow"}, {"Action", "ssm:*"}, {"Resource", "*"}}}};
    CHECK(ask(document, "ssm:sendcommand") == Decision::allowed);
    CHECK(ask(document.dump(), "ssm:sendcommand") == Decision::allowed);
  }

  TEST_CASE("what is no policy allows nothing") {
    for (const Json& document : {Json{}, Json("not json"), Json::array({1}),
                                 Json{{"Statement", "x"}}, Json{{"Statement", {1, "two"}}}})
      CHECK(ask(document, "ssm:sendcommand") == Decision::silent);
  }
}

}  // namespace opsim::iam
