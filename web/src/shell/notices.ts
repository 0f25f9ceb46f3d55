// Which notices the person has read since the page was opened.

import { ref } from 'vue'

export const bundled_notice_read = ref(false)
