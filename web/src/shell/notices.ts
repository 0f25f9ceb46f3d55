// Which notices the person has read since the page was opened.

import { ref } from 'vue'

export const bundled_notice_read = ref(false)

/** The newest tickets of recurring matters that the person has been told of. */
export const recurring_read = ref(new Set<string>())
