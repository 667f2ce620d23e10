#include "opsim/cloud/policy_conditions.hpp"

#include <doctest/doctest.h>

namespace opsim::tests {
namespace {

PolicyContext known() {
  PolicyContext context;
  context.values = {{"aws:username", {"ann"}},
                    {"aws:requestedregion", {"eu-west-1"}},
                    {"aws:sourceip", {"203.0.113.7"}},
                    {"aws:currenttime", {"2026-03-02T09:00:00Z"}},
                    {"aws:principalarn", {"arn:aws:iam::123456789012:role/ops/Admin"}},
                    {"aws:tagkeys", {"team", "stage"}},
                    {"aws:securetransport", {"true"}},
                    {"s3:max-keys", {"10"}},
                    {"aws:principaltag/team", {"ops"}}};
  context.absent = {"aws:multifactorauthpresent", "aws:principaltag/"};
  return context;
}

std::string holds(const char* test, const char* key, const Json& wanted) {
  const Json condition{{test, {{key, wanted}}}};
  const Holds answer = conditions_hold(condition, known());
  return answer == Holds::yes ? "yes" : answer == Holds::no ? "no" : "unknown";
}

TEST_SUITE("cloud: conditions of policies") {
  struct Row {
    const char* test;
    const char* key;
    Json wanted;
    const char* expected;
  };

  // IAM User Guide, reference_policies_elements_condition_operators.
  TEST_CASE("every operator compares as the guide says") {
    const Row rows[] = {
        {"StringEquals", "aws:username", "ann", "yes"},
        {"StringEquals", "aws:username", "Ann", "no"},
        {"StringEqualsIgnoreCase", "aws:username", "ANN", "yes"},
        {"StringNotEquals", "aws:username", {"bob", "eve"}, "yes"},
        {"StringNotEquals", "aws:username", {"bob", "ann"}, "no"},  // NOR
        {"StringNotEqualsIgnoreCase", "aws:username", "ANN", "no"},
        {"StringLike", "aws:username", "a?n", "yes"},
        {"StringLike", "aws:RequestedRegion", {"us-*", "eu-*"}, "yes"},  // keys ignore case
        {"StringNotLike", "aws:RequestedRegion", "us-*", "yes"},
        {"StringEquals", "aws:RequestedRegion", "eu-*", "no"},  // no wildcards here
        {"NumericEquals", "s3:max-keys", 10, "yes"},
        {"NumericNotEquals", "s3:max-keys", "10", "no"},
        {"NumericLessThan", "s3:max-keys", 11, "yes"},
        {"NumericLessThanEquals", "s3:max-keys", 10, "yes"},
        {"NumericGreaterThan", "s3:max-keys", 10, "no"},
        {"NumericGreaterThanEquals", "s3:max-keys", 10, "yes"},
        {"NumericLessThan", "s3:max-keys", "many", "no"},
        {"DateGreaterThan", "aws:CurrentTime", "2026-03-01T00:00:00Z", "yes"},
        {"DateLessThan", "aws:CurrentTime", "2026-03-01T00:00:00Z", "no"},
        {"DateLessThanEquals", "aws:CurrentTime", "1772442000", "yes"},  // seconds since 1970
        {"DateEquals", "aws:CurrentTime", "2026-03-02T09:00:00Z", "yes"},
        {"Bool", "aws:SecureTransport", "true", "yes"},
        {"Bool", "aws:SecureTransport", false, "no"},
        {"IpAddress", "aws:SourceIp", "203.0.113.0/24", "yes"},
        {"IpAddress", "aws:SourceIp", {"192.0.2.0/24", "2001:db8::/32"}, "no"},
        {"NotIpAddress", "aws:SourceIp", "192.0.2.0/24", "yes"},
        {"ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/ops/*", "yes"},
        {"ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/ops/Adm?n", "yes"},
        {"ArnLike", "aws:PrincipalArn", "arn:aws:*", "no"},  // each part by itself
        {"ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::999999999999:*", "yes"},
        {"Null", "aws:MultiFactorAuthPresent", "true", "yes"},
        {"Null", "aws:username", "true", "no"},
        {"Null", "aws:username", false, "yes"},
    };
    for (const auto& [test, key, wanted, expected] : rows) {
      CAPTURE(test);
      CAPTURE(wanted.dump());
      CHECK(holds(test, key, wanted) == expected);
    }
  }

  // "If the key ... is not present": positive operators fail, negated ones and ...IfExists hold.
  TEST_CASE("a key that the request lacks") {
    CHECK(holds("Bool", "aws:MultiFactorAuthPresent", "true") == "no");
    CHECK(holds("BoolIfExists", "aws:MultiFactorAuthPresent", "true") == "yes");
    CHECK(holds("StringNotEquals", "aws:PrincipalTag/cost", "x") == "yes");
    CHECK(holds("StringEquals", "aws:PrincipalTag/cost", "x") == "no");
    CHECK(holds("StringEquals", "aws:PrincipalTag/team", "ops") == "yes");
  }

  // reference_policies_condition-single-vs-multi-valued-context-keys.
  TEST_CASE("ForAllValues and ForAnyValue") {
    CHECK(holds("ForAllValues:StringEquals", "aws:TagKeys", {"team", "stage", "more"}) == "yes");
    CHECK(holds("ForAllValues:StringEquals", "aws:TagKeys", {"team"}) == "no");
    CHECK(holds("ForAnyValue:StringEquals", "aws:TagKeys", {"team"}) == "yes");
    CHECK(holds("ForAnyValue:StringEquals", "aws:TagKeys", {"other"}) == "no");
    CHECK(holds("ForAllValues:StringEquals", "aws:PrincipalTag/cost", {"x"}) == "yes");  // none
    CHECK(holds("ForAnyValue:StringEquals", "aws:PrincipalTag/cost", {"x"}) == "no");
    CHECK(holds("ForAnyValue:StringNotEquals", "aws:TagKeys", {"team"}) == "yes");
    CHECK(holds("ForAllValues:StringNotEquals", "aws:TagKeys", {"team"}) == "no");
  }

  TEST_CASE("a key that nothing here simulates is unknown; a certain no decides all the same") {
    CHECK(holds("StringEquals", "aws:PrincipalOrgID", "o-1") == "unknown");
    const Json both{{"StringEquals", {{"aws:PrincipalOrgID", "o-1"}, {"aws:username", "bob"}}}};
    CHECK(conditions_hold(both, known()) == Holds::no);
    PolicyContext complete = known();
    complete.complete = true;
    CHECK(conditions_hold({{"StringEquals", {{"aws:PrincipalOrgID", "o-1"}}}}, complete) ==
          Holds::no);
  }

  // reference_policies_variables.
  TEST_CASE("variables are filled in, and what they hold is no wildcard") {
    PolicyContext context = known();
    CHECK(fill_policy_variables("arn:aws:s3:::home/${aws:username}/*", context) ==
          "arn:aws:s3:::home/ann/*");
    CHECK(fill_policy_variables("${aws:PrincipalTag/cost, 'none'}", context) == "none");
    CHECK(fill_policy_variables("${aws:PrincipalTag/cost}", context).empty());
    context.values["aws:username"] = {"*"};
    const std::string filled = fill_policy_variables("home/${aws:username}", context);
    CHECK(matches_policy_text(filled, "home/*"));
    CHECK_FALSE(matches_policy_text(filled, "home/ann"));
    CHECK(matches_policy_text(fill_policy_variables("a${*}b", context), "a*b"));
    CHECK_FALSE(matches_policy_text(fill_policy_variables("a${*}b", context), "axb"));
  }

  TEST_CASE("what is no condition does no harm") {
    for (const Json& odd : {Json{}, Json("x"), Json{{"StringEquals", 1}}, Json::array()})
      CHECK(conditions_hold(odd, known()) == Holds::yes);
    CHECK(holds("Nonsense", "aws:username", "ann") == "unknown");
    CHECK(holds("StringEquals", "aws:username", Json::object()) == "no");
  }
}

}  // namespace
}  // namespace opsim::tests
