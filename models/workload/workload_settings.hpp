#pragma once
#include "models/workload/workload.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::workload {

/// What `text` says of a component; what it does not say stays.
void take_settings(const Node& text, Component& component, Live& live, Diagnostics& diagnostics);
/// The same of one of its calls.
void take_call(const Node& text, Call& call);

}  // namespace opsim::workload
