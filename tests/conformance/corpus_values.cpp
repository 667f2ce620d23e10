#include "tests/conformance/corpus_values.hpp"

#include <algorithm>
#include <boost/regex.hpp>

namespace opsim::tests {

namespace {

void replace_with(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

bool has(std::string_view name, std::string_view word) { return name.find(word) != name.npos; }

struct Guess {
  std::string_view word;  // in the parameter's name
  std::string_view value;
};
constexpr Guess kGuesses[] = {
    {"Schedule", "rate(1 day)"},
    {"Email", "ops@example.com"},
    {"EMail", "ops@example.com"},
    {"email", "ops@example.com"},
    {"SNSEndpoint", "ops@example.com"},
    {"Cidr", "10.0.0.0/16"},
    {"CIDR", "10.0.0.0/16"},
    {"LambdaArn", "arn:aws:lambda:us-east-1:123456789012:function:made-up"},
    {"SNSTopic", "arn:aws:sns:us-east-1:123456789012:made-up"},
    {"RoleArn", "arn:aws:iam::123456789012:role/made-up"},
    {"RoleARN", "arn:aws:iam::123456789012:role/made-up"},
    {"Arn", "arn:aws:sns:us-east-1:123456789012:made-up"},
    {"ARN", "arn:aws:sns:us-east-1:123456789012:made-up"},
    {"Account", "123456789012"},
    {"Region", "us-east-1"},
    {"Endpoint", "https://example.com"},
    {"Url", "https://example.com"},
    {"URL", "https://example.com"},
};

/// What is tried where a pattern refuses the first guess.
constexpr std::string_view kOthers[] = {
    "madeup",
    "MadeUp1",
    "Made-Up-1",
    "1",
    "10.0.0.0/16",
    "123456789012",
    "us-east-1",
    "ops@example.com",
    "t3.micro",
    "https://example.com",
    "o-a1b2c3d4e5",
    "ou-a1b2-a1b2c3d4",
    "r-a1b2",
    "10.0.0.1",
    "d-0123456789",
    "2026-03-02T09:00:00Z",
    "arn:aws:kms:us-east-1:123456789012:key/made-up",
};

std::string lower_name(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

bool suits(const std::string& value, const std::string& pattern) {
  if (pattern.empty()) return true;
  try {
    return boost::regex_match(value, boost::regex(pattern));
  } catch (const boost::regex_error&) {
    return true;
  }
}

std::size_t length_of(const TemplateParameter& parameter, std::string_view key,
                      std::size_t otherwise) {
  const auto written = parameter.text.find(key);
  if (!written) return otherwise;
  const std::string digits{written->spelling()};
  return digits.empty() || digits.size() > 6 ? otherwise : std::stoul(digits);
}

}  // namespace

std::string filled_in(std::string text) {
  if (text.find("${AlarmLogicalId}") == text.npos) return text;
  replace_with(text, "${AlarmLogicalId}", "Alarm");
  replace_with(text, "${AlarmName}", "under-test");
  return boost::regex_replace(text, boost::regex("\\$\\{[A-Za-z0-9]+\\}"), "1");
}

std::string suitable_value(const TemplateParameter& parameter) {
  if (const auto allowed = parameter.text.find("AllowedValues"); allowed && allowed->size() > 0)
    return allowed->at(0).as_text().value_or("");
  if (parameter.type == "Number" || parameter.type == "List<Number>") {
    const auto least = parameter.text.find("MinValue");
    return least ? least->as_text().value_or("1") : "1";
  }
  if (parameter.type == "AWS::EC2::Instance::Id") return "i-00000091";
  if (parameter.type == "AWS::EC2::Volume::Id") return "vol-00000091";
  const bool list = parameter.type == "CommaDelimitedList" || parameter.type == "List<String>";
  std::string value = list ? "made-up-1,made-up-2" : "made-up";
  if (has(parameter.name, "Bucket")) value = "made-up-" + lower_name(parameter.name);
  for (const auto& [word, guess] : kGuesses)
    if (has(parameter.name, word)) {
      value = guess;
      break;
    }
  const auto written = parameter.text.find("AllowedPattern");
  const std::string pattern = written ? written->as_text().value_or("") : "";
  for (const std::string_view other : kOthers)
    if (!suits(value, pattern)) value = other;
  const std::size_t least = length_of(parameter, "MinLength", 0);
  while (value.size() < least) value += 'x';
  return value.substr(0, std::max<std::size_t>(length_of(parameter, "MaxLength", 4'096), 1));
}

Json suitable_export(std::string_view name) {
  if (has(name, "CidrBlock")) return "10.0.0.0/16";
  if (name.ends_with("AZs") || has(name, "NumberOf")) return "2";
  if (has(name, "AZ")) return "us-east-1a";
  if (has(name, "Subnets")) return "subnet-00000091,subnet-00000092";
  if (has(name, "Subnet")) return "subnet-00000091";
  if (has(name, "SecurityGroup")) return "sg-00000091";
  if (has(name, "VPC")) return "vpc-00000091";
  if (has(name, "Arn") || has(name, "ARN")) return "arn:aws:sns:us-east-1:123456789012:made-up";
  return "made-up";
}

}  // namespace opsim::tests
