#pragma once
#include <string_view>

#include "opsim/cloud/service.hpp"
#include "opsim/document/read.hpp"

namespace opsim {

/// A fault of the catalog with the service that knows it.
struct KnownFault {
  const Service* service = nullptr;
  const Fault* fault = nullptr;
};
std::vector<KnownFault> known_faults(Catalog catalog);

/// `surge disk growth to 40 %/h on WebFleet for 10min`: the name of a fault, then its fields as
/// prepositions, each with what follows it up to the next. Answers the same mapping that the long
/// form gives: {to: 40 %/h, on: WebFleet, for: 10min}. Complaints go to the place of `text`.
struct Sentence {
  KnownFault fault;  // fault is null when the text names none
  Document arguments;
};
Sentence read_sentence(const Node& text, Catalog catalog, Diagnostics& diagnostics);

}  // namespace opsim
