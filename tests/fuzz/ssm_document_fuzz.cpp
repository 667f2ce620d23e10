// Any bytes as an SSM document: they are read or told why not, and what reads runs, as a runbook or
// as a command, for ten minutes of virtual time in a world without other services. Nothing may
// crash, hang or grow without bound.
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -I.
// -DJSON_USE_IMPLICIT_CONVERSIONS=0
//   tests/fuzz/ssm_document_fuzz.cpp <sources of opsim_ssm, opsim_cloud, opsim_document,
//   opsim_kernel, opsim_journal> -lfmt -lyaml-cpp -lboost_regex -o ssm_document_fuzz
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/ssm/document_reader.hpp"
#include "models/ssm/parameter.hpp"
#include "models/ssm/service.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"

namespace {

using namespace opsim;

constexpr std::size_t kLongest = 64 * 1024;  // AWS: a document has at most 64 KB
const Service* const kServices[] = {&kSsm};

/// The document, where it can be read and means something.
std::shared_ptr<ssm::DocumentSpec> read(std::string_view text) {
  try {
    const Document document = read_yaml("fuzz.yaml", text);
    Diagnostics diagnostics;
    ssm::Findings findings;
    return ssm::read_ssm_document(document.root, diagnostics, &findings);
  } catch (const BadInput&) {
    return nullptr;
  }
}

/// A value for each parameter that needs one.
Json parameters_for(const ssm::DocumentSpec& spec) {
  Json parameters = Json::object();
  for (const ssm::ParameterSpec& parameter : spec.parameters) {
    if (parameter.by_default) continue;
    Json value = Json::array({"1"});
    if (parameter.type == ssm::ParameterType::boolean) value = Json::array({"true"});
    if (parameter.type == ssm::ParameterType::string_map) value = Json::array({"{}"});
    if (parameter.type == ssm::ParameterType::map_list) value = Json::array({"[]"});
    if (!parameter.allowed_values.empty()) value = ssm::as_text_list(parameter.allowed_values[0]);
    parameters[parameter.name] = std::move(value);
  }
  return parameters;
}

void run(const ssm::DocumentSpec& spec, std::string_view text) {
  const Place home{"012345678901", "us-east-1"};
  Limits limits;
  limits.callbacks_per_instant = 100'000;
  limits.callbacks = 200'000;
  Simulation sim{SimTime{}, Seed{1}, limits};
  Journal journal{sim, Level::goals};
  Cloud cloud{sim, journal, kServices, home};
  const Caller caller{home, "arn:aws:iam::012345678901:user/fuzz", ""};
  const bool runbook = spec.type == ssm::DocumentType::automation;
  cloud.call_later(caller, "ssm", "CreateDocument",
                   {{"Name", "Fuzz"},
                    {"DocumentType", runbook ? "Automation" : "Command"},
                    {"DocumentFormat", "YAML"},
                    {"Content", std::string{text}}});
  try {
    sim.run_until(sim.now() + std::chrono::minutes{1});
    cloud.call_later(caller, "ssm", runbook ? "StartAutomationExecution" : "SendCommand",
                     {{"DocumentName", "Fuzz"},
                      {"Parameters", parameters_for(spec)},
                      {"InstanceIds", Json::array({"i-1"})}});
    sim.run_until(sim.now() + std::chrono::minutes{10});
    (void)cloud.inspect(home, "ssm", "DescribeAutomationExecutions", Json::object());
  } catch (const LimitExceeded&) {
    // A document may ask for more than a run may have: that is an answer.
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLongest) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto spec = read(text)) run(*spec, text);
  return 0;
}
